import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Config } from '../config/index.ts';
import { argumentsOf, type Decided, type Decision } from '../console/index.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

/** What somebody decides on the page is done by the command of that name, so that both write the same and refuse the same. */
export async function decideByCommand(config: Config, decision: Decision): Promise<Decided> {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [main, ...argumentsOf(decision), `--config=${config.file}`],
    { cwd: config.root, reject: false, stdin: 'ignore' },
  );
  return { exitCode: exitCode ?? 3, said: `${stdout}\n${stderr}`.trim() };
}
