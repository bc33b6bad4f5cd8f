import type { StageName } from '../model/index.ts';

/** A part of a stage whose files run side by side; the phases of a stage run one after another. */
export interface Phase {
  readonly name: string;
  /** Whether a test file, by its name, belongs here. A file belongs to the first phase that takes it. */
  takes(fileName: string): boolean;
  /** Files at once. One where tests change what other tests look at. */
  readonly workers: number;
}

/** How a stage runs: its phases, how long one test and one hook may take in it, and how long a phase. */
export interface StagePlan {
  readonly phases: readonly Phase[];
  /**
   * Whether files may follow each other in one worker. It spares loading the same libraries for every file: half of
   * the unit stage's processor time, and a third of the contract stage's. Where a file holds servers, it gets a worker
   * to itself.
   */
  readonly sharedWorkers: boolean;
  /** Ends what no test's own timeout can: code that never yields. */
  readonly phaseTimeoutMs: number;
  readonly testTimeoutMs: number;
  readonly hookTimeoutMs: number;
}

const everything: Phase = { name: 'tests', takes: () => true, workers: 2 };

export const stagePlans: Readonly<Record<StageName, StagePlan>> = {
  unit: {
    phases: [everything],
    sharedWorkers: true,
    phaseTimeoutMs: 60_000,
    testTimeoutMs: 5_000,
    hookTimeoutMs: 10_000,
  },
  integration: {
    phases: [everything],
    sharedWorkers: false,
    phaseTimeoutMs: 180_000,
    testTimeoutMs: 20_000,
    hookTimeoutMs: 60_000,
  },
  // A provider verifies what its consumers wrote a moment ago.
  contract: {
    phases: [
      { name: 'consumers', takes: isConsumerTest, workers: 2 },
      { name: 'providers', takes: () => true, workers: 2 },
    ],
    sharedWorkers: true,
    phaseTimeoutMs: 180_000,
    testTimeoutMs: 60_000,
    hookTimeoutMs: 60_000,
  },
  functional: {
    phases: [everything],
    sharedWorkers: false,
    phaseTimeoutMs: 300_000,
    testTimeoutMs: 60_000,
    hookTimeoutMs: 90_000,
  },
  // Journeys only use the system; probes kill, scale and roll it, and so run alone.
  acceptance: {
    phases: [
      { name: 'journeys', takes: (file) => !/\.probe\.test\.m?[jt]s$/.test(file), workers: 2 },
      { name: 'probes', takes: () => true, workers: 1 },
    ],
    sharedWorkers: false,
    phaseTimeoutMs: 300_000,
    testTimeoutMs: 90_000,
    hookTimeoutMs: 90_000,
  },
};

/** By its name: does it write what its service expects of others, or verify what others expect of it? */
export function isConsumerTest(fileName: string): boolean {
  return /\.consumer\.test\.m?[jt]s$/.test(fileName);
}

export function isProviderTest(fileName: string): boolean {
  return /\.provider\.test\.m?[jt]s$/.test(fileName);
}

/** The phase that runs a file of this name. */
export function phaseOf(plan: StagePlan, fileName: string): Phase {
  const phase = plan.phases.find((candidate) => candidate.takes(fileName));
  if (phase === undefined) throw new Error(`No phase takes ${fileName}; the last one must take every file.`);
  return phase;
}
