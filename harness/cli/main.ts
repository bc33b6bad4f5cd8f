import { exitCodes } from '../model/index.ts';
import { exitCodeOfError, explain } from './explain.ts';
import { listenForInterruption } from './interruption.ts';
import { runCommandLine } from './program.ts';

// A reader that goes away (`| head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.yes);
  throw error;
});

const interruption = listenForInterruption();
const exitCode = await runCommandLine(process.argv.slice(2), interruption).catch((error: unknown) => {
  process.stderr.write(explain(error));
  return exitCodeOfError(error);
});
// A library's forgotten timer must not hold the command.
process.exit(exitCode);
