import type { Observation } from '../attribution/index.ts';
import type { ServiceConfig } from '../config/index.ts';
import type { StepKind as EngineStepKind, Step } from '../engine/index.ts';
import type { DeployManner } from '../environments/index.ts';
import type { LedgerRecord, State } from '../ledger/index.ts';
import type {
  Artifact,
  ContractResult,
  RunCluster,
  RunEvent,
  StageName,
  StageResult,
  TestCase,
} from '../model/index.ts';
import type { Recording } from '../model/recording.ts';
import type { Clock } from '../plumbing/clock.ts';
import type { Finding, Policy } from '../policy/index.ts';
import type { InvariantFinding, ServiceInRehearsal, SmokeFindings } from '../rehearsal/index.ts';
import type { Known } from './known.ts';

/** A kind of step of stagegate: exported by default from a file of its own in this folder. */
export type StepKind<S extends Step = Step> = EngineStepKind<S, Known, StepContext>;

/** What a step works with. Tests replace {@link Effects}; the rest is the run's own record. */
export interface StepContext {
  /** As of now: the state holds what earlier steps of this run appended. */
  readonly known: Known;
  readonly runId: string;
  readonly clock: Clock;
  readonly effects: Effects;
  /** Aborts when the run must end. */
  readonly signal: AbortSignal;
  /** Checks of the gates; `requires` is the plan's business. */
  readonly checks: Policy['checks'];
  fingerprintOf(stepId: string): string | null;
  report(event: RunEvent): void;
  /** What others said, without secrets and control characters; for what is named by its content. Everything else is cleaned as it leaves. */
  clean<T>(value: T): T;
  /** Resolves once the records, cleaned, and the objects they name, as they are, are in the ledger. @throws `SG_LEDGER_FAILED` and its siblings */
  append(records: readonly LedgerRecord[], objects?: readonly string[]): Promise<void>;
  /** What all commands had recorded by the last {@link append}, others than this one included. */
  latest(): State;
  /** Makes {@link latest} the state that steps judge from. */
  catchUp(): void;
  /** Content of an object of the ledger; null when it does not have it. @throws `SG_LEDGER_ALTERED` */
  object(id: string): Promise<string | null>;
}

/** Where an environment's services run, as the ledger names it. */
export interface PlatformIdentity {
  /** As in the configuration. */
  readonly name: string;
  /** Of this one instance: an embedded platform is another one in every run. */
  readonly id: string;
  readonly lifetime: 'command' | 'lasting';
}

/** Everything steps do to the world outside. */
export interface Effects {
  /** The platform of an environment, running or not. */
  platformOf(environment: string): PlatformIdentity;
  /** Opens a platform: its cluster, addresses and registry. Its undo is registered first. */
  openPlatform(name: string, signal: AbortSignal): Promise<RunCluster | null>;
  openStores(signal: AbortSignal): Promise<void>;
  openExternals(signal: AbortSignal): Promise<void>;
  /** @throws `SG_BUILD_FAILED` */
  build(service: ServiceConfig, signal: AbortSignal): Promise<Artifact>;
  runStage(order: StageOrder, signal: AbortSignal): Promise<readonly StageResult[]>;
  /** Replays pacts against one version of their provider; what was found of each. */
  replay(order: ReplayOrder, signal: AbortSignal): Promise<readonly ContractResult[]>;
  /**
   * Resolves once every task of the new version is healthy.
   * @throws `SG_DEPLOYMENT_FAILED`, with what was deployed before deployed again.
   */
  deploy(order: DeployOrder, signal: AbortSignal): Promise<{ readonly tasks: number }>;
  /** What is written of the services and cannot work, or may not be meant. */
  checkDefinitions(): Promise<readonly Finding[]>;
  /** Runs journeys against a deployed system, kills tasks under them, and says which invariants hold. */
  checkInvariants(order: InvariantsOrder, signal: AbortSignal): Promise<readonly InvariantFinding[]>;
  /** Runs the journeys that change nothing once against an environment. */
  smoke(order: { readonly environment: string }, signal: AbortSignal): Promise<SmokeFindings>;
  /** Takes away whatever is deployed in a copy of an environment. */
  removeCopy(environment: string, copy: string): Promise<void>;
  /** What the environment's platform has of a service now; null when it has nothing. */
  inspect(service: string, environment: string): Promise<DeployedApp | null>;
  /** Takes a service out of an environment. */
  remove(service: string, environment: string): Promise<void>;
  /** The requests that a service answered in an environment since a moment. */
  requests(service: string, environment: string, sinceMs: number): Promise<readonly AnsweredRequest[]>;
  /** What was seen of an environment since a moment: requests of the tests that are named, what became of tasks. */
  observe(order: ObservationOrder): Promise<Observation>;
  /** Rolls candidates over what an environment runs, in a replica on the embedded platform, which must be open. */
  rehearse(order: RehearsalOrder, signal: AbortSignal): Promise<Recording>;
}

export interface InvariantsOrder {
  readonly environment: string;
  /** Services of which a task is killed, one after another. */
  readonly disturb: readonly string[];
  readonly onProgress: (text: string) => void;
}

/** A service as its platform has it. */
export interface DeployedApp {
  /** As its labels say. */
  readonly digest: string | null;
  readonly version: string | null;
  /** Marathon's name for this state of it. */
  readonly marathonVersion: string;
  readonly instances: number;
  /** Tasks of this state that are healthy. */
  readonly healthy: number;
}

export interface AnsweredRequest {
  /** Version of the service that answered; null when none did. */
  readonly version: string | null;
  readonly isFailure: boolean;
}

export interface ObservationOrder {
  readonly environment: string;
  readonly sinceMs: number;
  /** What the ids of a test's requests begin with; other requests are of no interest. */
  readonly tags: readonly string[];
}

export interface StageOrder {
  readonly stage: StageName;
  /** Subjects: their suites run. */
  readonly services: readonly string[];
  readonly environment: string | null;
  /** Of every service that has one: for acceptance, the versions that are deployed. */
  readonly artifacts: ReadonlyMap<string, Artifact>;
  readonly onTest: (service: string, test: TestCase) => void;
  /** Of the test files, only these; tests of other runners all run. */
  readonly files?: readonly string[];
  /** The copy of the environment that is tested, if it is not the environment itself. */
  readonly copy?: string;
}

export interface ReplayOrder {
  readonly provider: string;
  /** Of every service that has one; the provider's is the version that is verified. */
  readonly artifacts: ReadonlyMap<string, Artifact>;
  /** As JSON text. */
  readonly pacts: readonly string[];
}

export interface DeployOrder {
  readonly service: ServiceConfig;
  readonly environment: string;
  readonly artifact: Artifact;
  /** Absent: the app is ours alone, and what does not become healthy is taken back. */
  readonly manner?: DeployManner;
  readonly onProgress: (text: string) => void;
  /** Deploys into a copy of the environment, with a group and stores of its own. */
  readonly copy?: string;
}

export interface RehearsalOrder {
  /** The environment that is rebuilt. */
  readonly environment: string;
  readonly services: readonly ServiceInRehearsal[];
  readonly onProgress: (text: string) => void;
}

export function isoNow({ clock }: Pick<StepContext, 'clock'>): string {
  return new Date(clock.now()).toISOString();
}
