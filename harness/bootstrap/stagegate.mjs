#!/usr/bin/env node
/** The command line of this checkout: `npm start` and `npm run -s stagegate -- <command>`. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { runNode } from './child.mjs';
import { prepare, root } from './prepare.mjs';
import { main } from './problem.mjs';

/** How a command ends that has said why: as in ARCHITECTURE.md. */
const answers = new Set([0, 1, 2, 3, 4, 130]);

await main(async () => {
  const runtime = await prepare();
  const code = await runNode(runtime, [
    path.join(root, 'harness', 'cli', 'main.ts'),
    ...process.argv.slice(2),
  ]);
  if (runsAreOpen()) await runNode(runtime, [path.join(root, 'harness', 'reaper', 'main.ts'), root]);
  return answers.has(code) ? code : unanswered(code);
});

/** A command that was killed, or ran out of memory, says nothing itself. */
function unanswered(code) {
  const how = code > 128 ? `signal ${code - 128}` : `code ${code}`;
  console.error(`SG_NO_VERDICT: The command was ended by ${how} before it had an answer.\nRun it again.`);
  return 3;
}

/** A command that was killed could not take down what it had started; another run may also just be going on. */
function runsAreOpen() {
  try {
    return readdirSync(path.join(root, '.stagegate', 'runs')).length > 0;
  } catch {
    return false;
  }
}
