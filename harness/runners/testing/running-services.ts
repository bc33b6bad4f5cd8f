/** A service that the current test file has started, as a verification of it wants to know it. */
export interface RunningProvider {
  readonly name: string;
  readonly url: string;
  /** What it has written so far, both streams. */
  logs(): string;
  /** How it ended; undefined while it runs. */
  ended(): string | undefined;
}

/** Of the current test file alone: whoever starts a service removes it at the end of the file. */
const running = new Set<RunningProvider>();

export function addRunningProvider(provider: RunningProvider): () => void {
  running.add(provider);
  return () => running.delete(provider);
}

/** The services of a name that the current test file has started. */
export function runningProviders(name: string): readonly RunningProvider[] {
  return [...running].filter((one) => one.name === name);
}
