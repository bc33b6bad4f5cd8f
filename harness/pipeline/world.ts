import type { ServiceConfig } from '../config/index.ts';
import type { LedgerRecord } from '../ledger/index.ts';
import type {
  Artifact,
  RunCluster,
  RunEvent,
  RuntimeName,
  StageName,
  StageResult,
  TestCase,
} from '../model/index.ts';
import type { Clock } from '../plumbing/clock.ts';
import type { Surrounding } from './plan.ts';

/** Everything a run does to the world outside. Tests replace it; `openWorld` makes the real one. */
export interface World {
  readonly runId: string;
  readonly runtime: RuntimeName;
  /** Commit of the project; null outside git. */
  readonly commit: string | null;
  readonly clock: Clock;
  /** What should be said before anything runs. */
  readonly notices: readonly string[];
  report(event: RunEvent): void;
  /** Hands records to the ledger, in order, without waiting for it. */
  record(records: readonly LedgerRecord[]): void;
  /** Resolves once all that was handed over is in the ledger. @throws `SG_LEDGER_FAILED` */
  recorded(): Promise<void>;
  /** Starts one surrounding and registers its undo first; tells how a cluster got ready. */
  start(what: Surrounding, signal: AbortSignal): Promise<RunCluster | null>;
  /** @throws `SG_BUILD_FAILED` */
  build(service: ServiceConfig, signal: AbortSignal): Promise<Artifact>;
  runStage(order: StageOrder, signal: AbortSignal): Promise<readonly StageResult[]>;
  /**
   * Resolves once every task of the new version is healthy.
   * @throws `SG_DEPLOYMENT_FAILED`, with what stood before standing again.
   */
  deploy(order: DeployOrder, signal: AbortSignal): Promise<Deployed>;
}

export interface StageOrder {
  readonly stage: StageName;
  /** Subjects: their suites run. */
  readonly services: readonly string[];
  readonly environment: string | null;
  /** Of every service that was built. */
  readonly artifacts: ReadonlyMap<string, Artifact>;
  readonly onTest: (service: string, test: TestCase) => void;
}

export interface DeployOrder {
  readonly service: ServiceConfig;
  readonly environment: string;
  readonly artifact: Artifact;
  readonly onProgress: (text: string) => void;
}

export interface Deployed {
  /** Healthy tasks of the new version. */
  readonly tasks: number;
}
