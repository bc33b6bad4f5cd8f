import type { StepRun } from '../engine/index.ts';
import { type Deployment, lastVerdict, placeOf, type State } from '../ledger/index.ts';
import type { Placement, RunEnvironment, VerdictKind } from '../model/index.ts';
import { shortDigest } from '../model/index.ts';
import type { DeployStep, SettleStep } from '../steps/index.ts';

export interface PlacementQuestion {
  readonly runId: string;
  readonly services: readonly string[];
  /** In the order a version passes them. */
  readonly environments: readonly string[];
  readonly runs: readonly StepRun[];
  readonly state: State;
}

/** What is deployed in each environment at the end of a run, and why what is not deployed there is not. Pure. */
export function placementsOf(question: PlacementQuestion): readonly RunEnvironment[] {
  return question.environments.map((name) => ({
    name,
    services: question.services.map((service) => placementOf(service, name, question)),
  }));
}

function placementOf(service: string, environment: string, question: PlacementQuestion): Placement {
  const deployed = deployedBy(service, environment, question);
  return {
    service,
    version: deployed?.version ?? null,
    digest: deployed?.digest ?? null,
    ...answer(service, environment, deployed, question),
  };
}

/** The deployment that the run made, or the earlier one whose result it took. */
function deployedBy(
  service: string,
  environment: string,
  { runs, state, runId }: PlacementQuestion,
): Deployment | undefined {
  const run = deployRun(service, environment, runs);
  const by = run?.end.reused?.runId ?? runId;
  return (state.deployments.get(placeOf(service, environment)) ?? []).findLast(
    (deployment) => deployment.runId === by && deployment.outcome === 'pass',
  );
}

function answer(
  service: string,
  environment: string,
  deployed: Deployment | undefined,
  { state, runId, runs }: PlacementQuestion,
): { readonly verdict: VerdictKind; readonly reasons: readonly string[] } {
  const failure = state.buildFailures.get(service);
  if (failure?.runId === runId) return { verdict: 'fail', reasons: [`its build failed: ${failure.because}`] };
  const verdict = lastVerdict(state, service, environment);
  const judged = verdict?.runId === runId ? verdict : undefined;
  if (judged !== undefined && judged.kind !== 'pass') {
    const against = judged.checks.filter(({ outcome }) => outcome !== 'pass');
    return { verdict: judged.kind, reasons: against.map(({ reason }) => reason) };
  }
  const settled = settleRun(service, environment, runs);
  if (settled?.end.outcome === 'fail') {
    return { verdict: 'fail', reasons: [settled.end.detail ?? 'it was taken back'] };
  }
  const inFavour = judged?.checks.map(({ reason }) => reason) ?? [];
  const run = deployRun(service, environment, runs);
  if (run?.end.outcome === 'fail') {
    const attempt = state.deployments.get(placeOf(service, environment))?.at(-1);
    return {
      verdict: 'fail',
      reasons: [
        `its deployment to ${environment} failed: ${attempt?.because ?? run.end.detail ?? 'no reason given'}`,
      ],
    };
  }
  // Where nothing outlives the command, a promotion clears the version and deploys nothing.
  if (settled?.end.outcome === 'pass' && run === undefined) return { verdict: 'pass', reasons: inFavour };
  if (run?.end.outcome === 'pending')
    return { verdict: 'pending', reasons: [run.end.detail ?? 'it must wait'] };
  if (deployed === undefined || run?.end.outcome !== 'pass') {
    const detail = run?.end.detail ?? `it was not deployed to ${environment}`;
    return { verdict: 'inconclusive', reasons: [detail] };
  }
  const smoke = state.smokes.get(environment);
  const failed = smoke?.runId === runId ? smoke.failures.find((one) => one.service === service) : undefined;
  if (failed !== undefined) return { verdict: 'fail', reasons: [failed.reason] };
  return {
    verdict: 'pass',
    reasons:
      inFavour.length > 0 ? inFavour : [`${shortDigest(deployed.digest)} was built and became healthy here`],
  };
}

function settleRun(service: string, environment: string, runs: readonly StepRun[]): StepRun | undefined {
  return runs.find(({ step }) => {
    const { kind, services, environment: where } = step as SettleStep;
    return kind === 'settle' && services.includes(service) && where === environment;
  });
}

function deployRun(service: string, environment: string, runs: readonly StepRun[]): StepRun | undefined {
  return runs.find(({ step }) => {
    const { kind, service: about, environment: where } = step as DeployStep;
    return kind === 'deploy' && about === service && where === environment;
  });
}
