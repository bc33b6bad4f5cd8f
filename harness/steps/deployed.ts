import {
  artifactOf,
  type BuiltArtifact,
  type Deployment,
  deployedNow,
  lastVerdict,
  placeOf,
  promotedIn,
  type State,
} from '../ledger/index.ts';
import type { StepContext } from './context.ts';
import { candidateOf, type Known } from './known.ts';

/** Which version of a service belongs in an environment: its candidate if it may enter, else the promoted one. */
export function versionFor(
  {
    service,
    environment,
    gated,
  }: { readonly service: string; readonly environment: string; readonly gated: boolean },
  known: Known,
): BuiltArtifact | undefined {
  const candidate = candidateOf(service, known);
  if (candidate !== undefined && (!gated || mayEnter(candidate, environment, known))) return candidate;
  const promoted = promotedIn(known.state, service, environment);
  return promoted === undefined ? undefined : artifactOf(known.state, { digest: promoted.digest });
}

/** Whether the newest verdict on exactly this digest lets it in; in a run, only a verdict of that run counts. */
export function mayEnter(candidate: BuiltArtifact, environment: string, { state, runId }: Known): boolean {
  const verdict = lastVerdict(state, candidate.service, environment, candidate.digest);
  return verdict?.kind === 'pass' && (runId === null || verdict.runId === runId);
}

export function isPromoted({ service, digest }: BuiltArtifact, environment: string, state: State): boolean {
  return promotedIn(state, service, environment)?.digest === digest;
}

/** What a run deployed in an environment; undefined when it did not, or failed. */
export function deployedInRun(
  state: State,
  {
    service,
    environment,
    runId,
  }: { readonly service: string; readonly environment: string; readonly runId: string },
): Deployment | undefined {
  const attempts = state.deployments.get(placeOf(service, environment)) ?? [];
  const attempt = attempts.findLast((one) => one.runId === runId);
  return attempt?.outcome === 'pass' ? attempt : undefined;
}

/** The artifact that is deployed in an environment on its platform as it is open now. */
export function deployedArtifact(
  service: string,
  environment: string,
  { known, effects }: Pick<StepContext, 'known' | 'effects'>,
): BuiltArtifact | undefined {
  const deployment = deployedNow(known.state, service, environment);
  if (deployment?.platform.id !== effects.platformOf(environment).id) return undefined;
  return artifactOf(known.state, { digest: deployment.digest });
}
