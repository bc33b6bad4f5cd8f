import { exitCodes, StagegateError } from '../model/index.ts';

/** How long an interrupted command may take to undo what it did; what is left then, the next command sweeps. */
const undoTimeoutMs = 30_000;

/**
 * Aborts on the first Ctrl-C, SIGTERM or hang-up. Further ones change nothing: a terminal, npm and our bootstrap may
 * each pass the same one on.
 */
export function listenForInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) return;
      controller.abort(new StagegateError('SG_INTERRUPTED', `Interrupted by ${name}.`));
      setTimeout(() => process.exit(exitCodes.interrupted), undoTimeoutMs).unref();
    });
  }
  return controller.signal;
}

/** Resolves when the command is to end. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
