import type { Artifact, Placement, RunEnvironment, Verdict, VerdictKind } from '../model/index.ts';
import type { DeploymentFact } from './judge.ts';
import { shortDigest } from './wording.ts';

export interface PlacementFacts {
  readonly services: readonly string[];
  /** In the order a version passes them. */
  readonly environments: readonly string[];
  readonly artifacts: readonly Artifact[];
  readonly deployments: readonly DeploymentFact[];
  readonly verdicts: readonly Verdict[];
  /** Why there is no artifact, by service. */
  readonly buildFailures: Readonly<Record<string, string>>;
}

/** What stands in each environment at the end, and why what does not stand there does not. Pure. */
export function placementsOf(facts: PlacementFacts): readonly RunEnvironment[] {
  return facts.environments.map((environment) => ({
    name: environment,
    services: facts.services.map((service) => placementOf(service, environment, facts)),
  }));
}

function placementOf(service: string, environment: string, facts: PlacementFacts): Placement {
  const attempts = facts.deployments.filter(
    (deployment) => deployment.service === service && deployment.environment === environment,
  );
  const standing = attempts.findLast(({ kind }) => kind === 'stands');
  const artifact = facts.artifacts.find((built) => built.service === service);
  return {
    service,
    version: artifact !== undefined && artifact.digest === standing?.digest ? artifact.version : null,
    digest: standing?.digest ?? null,
    ...answer(service, environment, attempts.at(-1), facts),
  };
}

function answer(
  service: string,
  environment: string,
  attempt: DeploymentFact | undefined,
  facts: PlacementFacts,
): { verdict: VerdictKind; reasons: readonly string[] } {
  const buildFailure = facts.buildFailures[service];
  if (buildFailure !== undefined) return { verdict: 'fail', reasons: [`its build failed: ${buildFailure}`] };
  const verdict = facts.verdicts.findLast((given) => given.service === service && given.to === environment);
  if (verdict !== undefined && verdict.kind !== 'pass') {
    const against = verdict.checks.filter(({ outcome }) => outcome !== 'pass');
    return { verdict: verdict.kind, reasons: against.map(({ reason }) => reason) };
  }
  const forIt = verdict?.checks.map(({ reason }) => reason) ?? [];
  if (attempt === undefined) {
    return { verdict: 'inconclusive', reasons: [...forIt, `it was not deployed to ${environment}`] };
  }
  if (attempt.kind === 'fail') {
    return { verdict: 'fail', reasons: [`its deployment to ${environment} failed: ${attempt.because}`] };
  }
  return {
    verdict: 'pass',
    reasons: forIt.length > 0 ? forIt : [`${shortDigest(attempt.digest)} was built and became healthy here`],
  };
}
