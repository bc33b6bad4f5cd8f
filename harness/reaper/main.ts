/** Run by the bootstrap after a command that left a run behind: `node harness/reaper/main.ts <root>`. Says nothing. */
import { sweepDeadRuns } from './sweep.ts';

const [root] = process.argv.slice(2);
if (root !== undefined) await sweepDeadRuns(root);
