import { lastAttempt, placeOf } from '../ledger/index.ts';
import type { StepContext } from './context.ts';

/** What went wrong with a service in an environment in this run; undefined when nothing did. */
export function failureInRun(
  service: string,
  environment: string,
  { known, runId }: Pick<StepContext, 'known' | 'runId'>,
): string | undefined {
  const attempt = lastAttempt(known.state, service, environment);
  if (attempt?.runId === runId && attempt.outcome === 'fail') {
    return `its deployment failed: ${attempt.because ?? 'no reason given'}`;
  }
  const seen = known.state.observations.get(placeOf(service, environment))?.at(-1);
  return seen?.runId === runId && seen.outcome === 'fail' ? seen.reason : undefined;
}
