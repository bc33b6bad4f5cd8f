#!/usr/bin/env node
/** The command line of this checkout: `npm start` and `npm run -s stagegate -- <command>`. */
import path from 'node:path';
import { runNode } from './child.mjs';
import { prepare, root } from './prepare.mjs';
import { main } from './problem.mjs';

await main(async () => {
  const runtime = await prepare();
  return runNode(runtime, [path.join(root, 'harness', 'cli', 'main.ts'), ...process.argv.slice(2)]);
});
