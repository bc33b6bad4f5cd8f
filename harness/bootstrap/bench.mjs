/** `npm run bench`: how long a person waits, beside doing the same by hand; then the engines alone, each in a process of its own. */
import path from 'node:path';
import { runNode } from './child.mjs';
import { prepare, root } from './prepare.mjs';
import { main } from './problem.mjs';

/** `npm run bench -- mesos-scale` runs one of them. */
const benches = ['main', 'ledger', 'plan', 'mesos-launch', 'mesos-scale', 'marathon-scale'];

await main(async () => {
  const runtime = await prepare();
  const [chosen, ...args] = process.argv.slice(2);
  if (chosen !== undefined && !benches.includes(chosen)) {
    console.error(`There is no bench "${chosen}"; name one of ${benches.join(', ')}, or none for all.`);
    return 2;
  }
  for (const bench of chosen === undefined ? benches : [chosen]) {
    if (bench !== 'main') console.log(`\n── ${bench}`);
    const code = await runNode(runtime, [path.join(root, 'harness', 'bench', `${bench}.ts`), ...args]);
    if (code !== 0) return code;
  }
  return 0;
});
