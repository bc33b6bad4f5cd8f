import { attribute } from '../../attribution/index.ts';
import type { Step, StepEnd } from '../../engine/index.ts';
import { topologyOf } from '../../model/index.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';
import { deployedArtifact } from '../deployed.ts';

/** Runs the journeys that change nothing once against an environment in which something was just deployed. */
export interface SmokeStep extends Step {
  readonly kind: 'smoke';
  readonly environment: string;
}

export default {
  kind: 'smoke',
  // What was answered an hour ago says nothing about what was deployed now.
  inputs: () => ({ answer: null }),
  run: async (steps, context) => Promise.all(steps.map((step) => smoke(step, context))),
} satisfies StepKind<SmokeStep>;

async function smoke({ environment }: SmokeStep, context: StepContext): Promise<StepEnd> {
  const { known, effects, runId, signal, clock } = context;
  const there = known.config.services.flatMap(
    ({ name }) => deployedArtifact(name, environment, context) ?? [],
  );
  if (there.length < known.config.services.length) {
    return { outcome: 'skipped', detail: `not every service was deployed in ${environment} by this run` };
  }
  const sinceMs = clock.now();
  const { requests, failures } = await effects.smoke({ environment }, signal);
  if (requests === 0) return { outcome: 'skipped', detail: 'no journey says that it is readOnly' };
  const tags = failures.map(({ tag }) => tag);
  const observed = await effects.observe({ environment, sinceMs, tags });
  const topology = topologyOf(known.config.services);
  const findings = failures.map(({ tag, journey, service, seen }) => {
    const cause = attribute({ tag, observed, topology, changed: null });
    const reason = `the journey "${journey}" failed in ${environment}: ${seen}`;
    return {
      service: cause?.service ?? service,
      reason: cause === null ? reason : `${cause.because}; ${reason}`,
    };
  });
  await context.append([
    {
      kind: 'smoke',
      runId,
      environment,
      requests,
      failures: findings,
      versions: there.map(({ service, digest }) => ({ service, digest })),
      at: isoNow(context),
    },
  ]);
  if (findings.length === 0) return { outcome: 'pass', detail: `${requests} requests` };
  return { outcome: 'fail', detail: findings.map((one) => `${one.service}: ${one.reason}`).join('\n') };
}
