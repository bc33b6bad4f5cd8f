import type { Artifact, Digest, StageName } from '../model/index.ts';
import type {
  BrokerRecord,
  ContractResult,
  Evidence,
  PublishedPacts,
  RecordedIncident,
  RecordOf,
} from './entry.ts';
import type { RehearsedServiceRecord } from './rehearsal-record.ts';

/**
 * Everything known: the fold of all entries of the ledger. A value; {@link applyEntries} gives the next one. Lists are
 * in the ledger's order, the oldest first.
 */
export interface State {
  /** Of the last entry; null for an empty ledger. */
  readonly head: string | null;
  readonly artifacts: readonly BuiltArtifact[];
  /** Builds that failed and were not followed by one that did not, by service. */
  readonly buildFailures: ReadonlyMap<string, BuildFailure>;
  readonly evidence: ReadonlyMap<Digest, readonly Evidence[]>;
  /** What versions of consumers expect; of one version, the last counts. */
  readonly pacts: readonly PublishedPacts[];
  /** What clients of the contract broker recorded besides pacts and results. */
  readonly broker: readonly BrokerRecord[];
  readonly contracts: readonly ContractResult[];
  /** Newest findings about what is written of each service. */
  readonly definitions: ReadonlyMap<string, RecordOf<'definition'>>;
  /** Newest per environment. */
  readonly smokes: ReadonlyMap<string, RecordOf<'smoke'>>;
  readonly incidents: readonly RecordedIncident[];
  /** Every attempt to deploy, by {@link placeOf}. */
  readonly deployments: ReadonlyMap<string, readonly Deployment[]>;
  /** What an environment was cleared for, by {@link placeOf}. */
  readonly promotions: ReadonlyMap<string, readonly Promotion[]>;
  readonly approvals: readonly Approval[];
  /** Newest decision per environment. */
  readonly freezes: ReadonlyMap<string, Freeze>;
  /** Digests that were rolled back, by {@link placeOf}. */
  readonly holds: ReadonlyMap<string, readonly Hold[]>;
  /** By {@link placeOf}. */
  readonly brokenGlass: ReadonlyMap<string, readonly BrokenGlass[]>;
  /** Environment → the command that may change it. */
  readonly locks: ReadonlyMap<string, Lock>;
  /** Deployments that have begun and not ended, by {@link placeOf}: under way, or their command was killed. */
  readonly startedDeployments: ReadonlyMap<string, StartedDeployment>;
  /** By {@link placeOf}. */
  readonly observations: ReadonlyMap<string, readonly Observation[]>;
  readonly rehearsals: readonly Rehearsal[];
  readonly verdicts: ReadonlyMap<string, readonly JudgedVerdict[]>;
  readonly runs: readonly FinishedRun[];
}

export type BuiltArtifact = Artifact & { readonly runId: string; readonly fingerprint: string | null };
export type BuildFailure = RecordOf<'build-failure'>;
export type Promotion = RecordOf<'promotion'>;
export type Approval = RecordOf<'approval'>;
export type Freeze = RecordOf<'freeze'>;
export type Hold = RecordOf<'hold'>;
export type BrokenGlass = RecordOf<'break-glass'>;
export type Lock = RecordOf<'lock'>;
export type StartedDeployment = RecordOf<'deployment-started'>;
export type Observation = RecordOf<'observation'>;
export type Rehearsal = RecordOf<'rehearsal'>['rehearsal'] & { readonly runId: string };
export type FinishedRun = RecordOf<'run'>;
export type JudgedVerdict = RecordOf<'verdict'>['verdict'] & { readonly runId: string };

/** An attempt to bring a digest into an environment. */
export type Deployment = RecordOf<'deployment'>['deployment'] & {
  readonly runId: string;
  /** When something took its place, or its platform ended; null while it is deployed. A failed attempt ends as it begins. */
  readonly until: string | null;
};

/** Key of the state's maps: one service in one environment. */
export function placeOf(service: string, environment: string): string {
  return `${environment}/${service}`;
}

/** The deployment that the ledger says is there now; undefined when there is none. */
export function deployedNow(state: State, service: string, environment: string): Deployment | undefined {
  return state.deployments
    .get(placeOf(service, environment))
    ?.findLast(({ outcome, until }) => outcome === 'pass' && until === null);
}

/** The last attempt to deploy the service to the environment, whatever became of it. */
export function lastAttempt(
  state: State,
  service: string,
  environment: string,
  digest?: Digest,
): Deployment | undefined {
  const attempts = state.deployments.get(placeOf(service, environment)) ?? [];
  return digest === undefined ? attempts.at(-1) : attempts.findLast((attempt) => attempt.digest === digest);
}

/** What the environment was last cleared for. */
export function promotedIn(state: State, service: string, environment: string): Promotion | undefined {
  return state.promotions.get(placeOf(service, environment))?.at(-1);
}

export function lastVerdict(
  state: State,
  service: string,
  to: string,
  digest?: Digest,
): JudgedVerdict | undefined {
  const given = state.verdicts.get(placeOf(service, to)) ?? [];
  return digest === undefined ? given.at(-1) : given.findLast((verdict) => verdict.digest === digest);
}

/** Evidence of a stage about one service's digest: two services may happen to have the same bytes. */
export function evidenceFor(
  state: State,
  { service, digest }: { readonly service: string; readonly digest: Digest },
  stage: StageName,
): readonly Evidence[] {
  const ofDigest = state.evidence.get(digest) ?? [];
  return ofDigest.filter((evidence) => evidence.stage === stage && evidence.service === service);
}

/** The newest artifact with this digest, or made from this fingerprint. */
export function artifactOf(
  state: State,
  by: { readonly digest: Digest } | { readonly service: string; readonly fingerprint: string },
): BuiltArtifact | undefined {
  return 'digest' in by
    ? state.artifacts.findLast(({ digest }) => digest === by.digest)
    : state.artifacts.findLast(
        ({ service, fingerprint }) => service === by.service && fingerprint === by.fingerprint,
      );
}

/** The newest rehearsal of a digest over another one; over itself where there is none to replace. */
export function rehearsalOf(
  state: State,
  { service, digest }: { readonly service: string; readonly digest: Digest },
  previous: Digest | null,
): { readonly rehearsal: Rehearsal; readonly rehearsed: RehearsedServiceRecord } | undefined {
  for (const rehearsal of state.rehearsals.toReversed()) {
    const rehearsed = rehearsal.services.find(
      (one) =>
        one.rolled &&
        one.service === service &&
        one.digest === digest &&
        (one.previous?.digest ?? null) === previous,
    );
    if (rehearsed !== undefined) return { rehearsal, rehearsed };
  }
  return undefined;
}

/** How long a step took when it was last done, in milliseconds; undefined when no run has recorded it. */
export function lastDurationOf({ runs }: State, stepId: string): number | undefined {
  return runs.findLast(({ steps }) => steps?.[stepId] !== undefined)?.steps?.[stepId];
}
