import { writeSync } from 'node:fs';
import { exitCodes, StagegateError } from '../model/index.ts';
import { explain } from './explain.ts';

/**
 * Watches over the end of this process: whoever ends it before the command has concluded (a library that calls
 * `process.exit`, a promise that nothing will ever settle), it ends with 3 and a message, never with an answer.
 */
export function guardExit(): { conclude(exitCode: number): never } {
  let concluded = false;
  process.on('exit', (code) => {
    if (concluded || code === exitCodes.infrastructure || code === exitCodes.interrupted) return;
    const error = new StagegateError(
      'SG_NO_VERDICT',
      `The command ended with ${code} before it had an answer.`,
    );
    writeSync(process.stderr.fd, explain(error));
    process.exitCode = exitCodes.infrastructure;
  });
  return {
    conclude(exitCode) {
      concluded = true;
      process.exit(exitCode);
    },
  };
}
