/** `npm run bench`: how long a person waits, beside doing the same by hand. */
import path from 'node:path';
import { runNode } from './child.mjs';
import { prepare, root } from './prepare.mjs';
import { main } from './problem.mjs';

await main(async () => {
  const runtime = await prepare();
  return runNode(runtime, [path.join(root, 'harness', 'bench', 'main.ts'), ...process.argv.slice(2)]);
});
