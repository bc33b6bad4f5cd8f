import type { Step, StepEnd } from '../../engine/index.ts';
import { identityOf, isRunning } from '../../plumbing/process-identity.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';
import { describeLock } from '../locks.ts';

/** Makes this command the only one that changes a lasting environment, until its run is recorded as ended. */
export interface LockStep extends Step {
  readonly kind: 'lock';
  readonly environment: string;
  /** What the command is called, for whoever finds the lock. */
  readonly command: string;
  /** Whether the following steps judge from what others have recorded meanwhile. */
  readonly catchesUp: boolean;
}

export default {
  kind: 'lock',
  inputs: () => ({ holder: null }),
  run: async (steps, context) => Promise.all(steps.map((step) => lock(step, context))),
} satisfies StepKind<LockStep>;

/** A command on another machine cannot be asked whether it lives; after this long it does not. */
const longestMs = 2 * 3_600_000;

async function lock({ environment, command, catchesUp }: LockStep, context: StepContext): Promise<StepEnd> {
  const { runId, clock } = context;
  const before = context.latest().locks.get(environment);
  const isHeld =
    before !== undefined && isRunning(before.holder) && clock.now() - Date.parse(before.at) < longestMs;
  if (isHeld && before.runId !== runId) return { outcome: 'pending', detail: describeLock(before) };
  const at = isoNow(context);
  await context.append([
    { kind: 'lock', runId, environment, holder: identityOf(), command, instead: before?.runId ?? null, at },
  ]);
  const holder = context.latest().locks.get(environment);
  if (holder !== undefined && holder.runId !== runId) {
    return { outcome: 'pending', detail: describeLock(holder) };
  }
  if (catchesUp) context.catchUp();
  if (before === undefined) return { outcome: 'pass' };
  const text = `${before.command} of run ${before.runId} was ended while it changed ${environment}; this command goes on from there`;
  context.report({ kind: 'notice', text });
  return { outcome: 'pass', detail: text };
}
