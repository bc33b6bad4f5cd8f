import { exitCodes, StagegateError } from '../model/index.ts';
import { stackOf } from '../plumbing/thrown.ts';

/** How long an interrupted command may take to undo what it did; what is left then, the next command sweeps. */
const undoTimeoutMs = 30_000;

/**
 * Aborts on the first Ctrl-C, SIGTERM or hang-up, and on an error that nobody caught: whichever it is, what was started
 * is taken down before the process ends. Further signals change nothing: a terminal, npm and our bootstrap may each
 * pass the same one on.
 */
export function listenForInterruption(): AbortSignal {
  const controller = new AbortController();
  const abort = (reason: unknown, exitCode: number): void => {
    if (controller.signal.aborted) return;
    controller.abort(reason);
    setTimeout(() => process.exit(exitCode), undoTimeoutMs).unref();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      abort(new StagegateError('SG_INTERRUPTED', `Interrupted by ${name}.`), exitCodes.interrupted);
    });
  }
  process.on('uncaughtException', (error) => abort(defect(error), exitCodes.infrastructure));
  process.on('unhandledRejection', (error) => abort(defect(error), exitCodes.infrastructure));
  return controller.signal;
}

/** Resolves when somebody interrupts the command. @throws whatever else ended it */
export async function untilInterrupted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const reason: unknown = signal.reason;
  if (!(reason instanceof StagegateError) || reason.code !== 'SG_INTERRUPTED') throw reason;
}

function defect(error: unknown): StagegateError {
  return new StagegateError('SG_INTERNAL', stackOf(error), { cause: error });
}
