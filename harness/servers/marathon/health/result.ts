import { timestamp } from '../tracker/instance.ts';
import type { HealthResult } from '../views/index.ts';

export type ProbeOutcome =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'unhealthy'; readonly cause: string };

/** What is known about a check of a task after one more outcome that counts. */
export function afterOutcome(
  instanceId: string,
  before: HealthResult | undefined,
  outcome: ProbeOutcome,
  now: number,
): HealthResult {
  const at = timestamp(now);
  if (outcome.kind === 'healthy') {
    return {
      ...before,
      instanceId,
      alive: true,
      consecutiveFailures: 0,
      firstSuccess: before?.firstSuccess ?? at,
      lastSuccess: at,
    };
  }
  return {
    ...before,
    instanceId,
    alive: false,
    consecutiveFailures: (before?.consecutiveFailures ?? 0) + 1,
    lastFailure: at,
    lastFailureCause: outcome.cause,
  };
}
