const events = ['SIGINT', 'SIGTERM', 'unhandledRejection', 'uncaughtException'] as const;

/**
 * Runs `load` and takes away every handler for these that it put on the process. Vitest and Vite end the process at
 * once, before anything that the run started could be taken down; how it ends is the command line's to decide.
 */
export async function withoutProcessHandlers<T>(load: () => Promise<T>): Promise<T> {
  const before = new Map(events.map((event) => [event, new Set(process.rawListeners(event))]));
  const loaded = await load();
  for (const [event, known] of before) {
    for (const listener of process.rawListeners(event)) {
      if (!known.has(listener)) process.off(event, listener as (...args: unknown[]) => void);
    }
  }
  return loaded;
}
