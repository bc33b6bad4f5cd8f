import type { Artifact, RunCluster, StageResult, StepOutcome, StepRecord, Verdict } from '../model/index.ts';
import type { DeploymentFact } from '../policy/index.ts';

/** What a run has found out so far. Steps add to it and read it; nothing is ever taken back. */
export class RunFacts {
  readonly artifacts = new Map<string, Artifact>();
  /** Why there is no artifact, by service. */
  readonly buildFailures = new Map<string, string>();
  readonly results: StageResult[] = [];
  readonly deployments: DeploymentFact[] = [];
  readonly verdicts: Verdict[] = [];
  readonly steps: StepRecord[] = [];
  readonly notices: string[] = [];
  readonly problems: { readonly code: string; readonly message: string; readonly hint: string }[] = [];

  cluster: RunCluster | null = null;

  stands(service: string, environment: string): boolean {
    return this.deployments.some(
      (deployment) =>
        deployment.kind === 'stands' &&
        deployment.service === service &&
        deployment.environment === environment,
    );
  }

  mayEnter(service: string, environment: string): boolean {
    return this.verdicts.some(
      (verdict) => verdict.kind === 'pass' && verdict.service === service && verdict.to === environment,
    );
  }

  outcomeOf(step: string): StepOutcome | undefined {
    return this.steps.find(({ id }) => id === step)?.outcome;
  }
}
