import { setTimeout as pause } from 'node:timers/promises';
import type { Disturbance, Invariant, Journey } from '../../model/journey.ts';
import type { Loaded } from '../load-suites.ts';
import { JourneyRuns } from './journey-runs.ts';

export interface InvariantOrder {
  readonly journeys: readonly Journey[];
  readonly invariants: readonly Loaded<Invariant>[];
  /** Services of which a task is killed, one after another. */
  readonly disturb: readonly string[];
  /** The stable address of a service, as this machine reaches it. */
  addressOf(service: string): Promise<string>;
  /** Kills one task without warning and resolves once another is healthy; rejects when none becomes so. */
  kill(service: string): Promise<void>;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
  /** Default: one second of journeys around each disturbance, 15 seconds for what is delivered later. */
  readonly pace?: { readonly trafficMs: number; readonly patienceMs: number };
}

export interface InvariantFinding {
  readonly file: string;
  readonly name: string;
  /** What contradicts it; null when it held every time. */
  readonly violation: string | null;
  /** The service whose task was killed before it was first violated; null: none yet. */
  readonly killed: string | null;
  readonly durationMs: number;
}

const defaultPace = { trafficMs: 1000, patienceMs: 15_000 };
const againMs = 300;

/** Runs the journeys, kills a task of each service under them, and asks after each whether every invariant holds. */
export async function checkInvariants(order: InvariantOrder): Promise<readonly InvariantFinding[]> {
  const { journeys, invariants, disturb, signal, pace = defaultPace } = order;
  const { trafficMs, patienceMs } = pace;
  const runs = new JourneyRuns((service) => order.addressOf(service));
  const disturbances: Disturbance[] = [];
  const violated = new Map<string, InvariantFinding>();
  const startedMs = performance.now();

  const check = async (killed: string | null): Promise<void> => {
    const open = invariants.filter(({ file }) => !violated.has(file));
    await Promise.all(
      open.map(async ({ file, made }) => {
        const violation = await violationOf(made, { runs, disturbances, patienceMs, signal });
        const durationMs = Math.round(performance.now() - startedMs);
        if (violation !== null) violated.set(file, { file, name: made.name, violation, killed, durationMs });
      }),
    );
  };

  await runs.during(journeys, () => pause(trafficMs, undefined, { signal }));
  await check(null);
  for (const service of disturb) {
    order.onProgress(`kills a task of ${service}`);
    await runs.during(journeys, async () => {
      await pause(trafficMs / 2, undefined, { signal });
      disturbances.push({ service, atMs: Date.now() });
      await order.kill(service);
      await pause(trafficMs / 2, undefined, { signal });
    });
    await check(service);
  }
  const durationMs = Math.round(performance.now() - startedMs);
  return invariants.map(
    ({ file, made }) =>
      violated.get(file) ?? { file, name: made.name, violation: null, killed: null, durationMs },
  );
}

async function violationOf(
  invariant: Invariant,
  {
    runs,
    disturbances,
    patienceMs,
    signal,
  }: {
    readonly runs: JourneyRuns;
    readonly disturbances: readonly Disturbance[];
    readonly patienceMs: number;
    readonly signal: AbortSignal;
  },
): Promise<string | null> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const tools = { ...runs.tools(null), history: runs.history, disturbances };
    const violation = await invariant
      .check(tools)
      .catch(
        (error: unknown) => `it could not be checked: ${error instanceof Error ? error.message : error}`,
      );
    if (violation === null || performance.now() > until) return violation;
    await pause(againMs, undefined, { signal });
  }
}
