#!/usr/bin/env node
/** The command line of this checkout: `npm start` and `npm run -s stagegate -- <command>`. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { runNode } from './child.mjs';
import { prepare, root } from './prepare.mjs';
import { main } from './problem.mjs';

await main(async () => {
  const runtime = await prepare();
  const code = await runNode(runtime, [
    path.join(root, 'harness', 'cli', 'main.ts'),
    ...process.argv.slice(2),
  ]);
  if (runsAreOpen()) await runNode(runtime, [path.join(root, 'harness', 'reaper', 'main.ts'), root]);
  return code;
});

/** A command that was killed could not take down what it had started; another run may also just be going on. */
function runsAreOpen() {
  try {
    return readdirSync(path.join(root, '.stagegate', 'runs')).length > 0;
  } catch {
    return false;
  }
}
