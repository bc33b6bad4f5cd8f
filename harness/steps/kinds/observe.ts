import type { Step, StepEnd } from '../../engine/index.ts';
import type { Deployment } from '../../ledger/index.ts';
import type { ObservationRule } from '../../model/index.ts';
import { pause } from '../../plumbing/pause.ts';
import { judgeObservation, type Seen } from '../../policy/index.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';
import { deployedInRun } from '../deployed.ts';

/** Watches a version after its deployment: its tasks, and the requests it answers. */
export interface ObserveStep extends Step {
  readonly kind: 'observe';
  readonly service: string;
  readonly environment: string;
  readonly rule: ObservationRule;
}

export default {
  kind: 'observe',
  // Measurements are never taken from an earlier run.
  inputs: () => ({ measured: null }),
  run: async (steps, context) => Promise.all(steps.map((step) => observe(step, context))),
} satisfies StepKind<ObserveStep>;

const lookEveryMs = 1_000;

async function observe({ service, environment, rule }: ObserveStep, context: StepContext): Promise<StepEnd> {
  const { known, runId, clock, signal } = context;
  const deployment = deployedInRun(known.state, { service, environment, runId });
  if (deployment === undefined) return { outcome: 'skipped', detail: 'it was not deployed' };
  const endMs = clock.monotonic() + rule.seconds * 1000;
  for (;;) {
    await pause(clock, Math.min(lookEveryMs, endMs - clock.monotonic()), signal);
    const seen = await look(deployment, context);
    const { outcome, reason } = judgeObservation(seen, rule);
    // What fails early need not be watched to the end.
    if (outcome === 'pass' && clock.monotonic() < endMs) continue;
    const { digest } = deployment;
    const at = isoNow(context);
    await context.append([
      { kind: 'observation', runId, service, environment, digest, outcome, reason, numbers: { ...seen }, at },
    ]);
    return { outcome, detail: reason };
  }
}

async function look(
  { service, environment, version, at }: Deployment,
  { effects }: StepContext,
): Promise<Seen> {
  const [requests, app] = await Promise.all([
    effects.requests(service, environment, Date.parse(at)),
    effects.inspect(service, environment),
  ]);
  const own = requests.filter((request) => request.version === version);
  return {
    requests: own.length,
    failed: own.filter(({ isFailure }) => isFailure).length,
    instances: app?.instances ?? 1,
    healthy: app?.healthy ?? 0,
  };
}
