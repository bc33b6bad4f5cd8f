import { exitCodes } from '../model/index.ts';
import { guardExit } from './exit-guard.ts';
import { exitCodeOfError, explain, tellStack } from './explain.ts';
import { listenForInterruption } from './interruption.ts';
import { runCommandLine } from './program.ts';

/** Runs one command line to its end and ends the process with its exit code. */
export async function start(args: readonly string[]): Promise<never> {
  const guard = guardExit();
  // A reader that goes away (`| head`) is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') guard.conclude(exitCodes.yes);
    throw error;
  });
  const signal = listenForInterruption();
  const exitCode = await runCommandLine(args, signal).catch((error: unknown) => {
    tellStack(error);
    process.stderr.write(explain(error));
    return exitCodeOfError(error);
  });
  // A library's forgotten timer must not hold the command.
  return guard.conclude(exitCode);
}
