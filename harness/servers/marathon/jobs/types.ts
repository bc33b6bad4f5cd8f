import type { EnvValue, HostVolume, Labels, Timestamp } from '../definition/index.ts';
import type { LaunchDelay } from '../plan/index.ts';

/** A job as Metronome keeps and prints it: what to run, and how to go on after a failure. */
export interface Job {
  /** Dots part it into groups: `prod.report`. */
  readonly id: string;
  readonly description?: string;
  readonly labels: Labels;
  readonly run: RunSpec;
}

/** What every run of a job starts. */
export interface RunSpec {
  readonly cmd?: string;
  readonly args?: readonly string[];
  readonly user?: string;
  readonly cpus: number;
  /** MiB. */
  readonly mem: number;
  /** MiB. */
  readonly disk: number;
  readonly gpus: number;
  readonly docker?: {
    readonly image: string;
    readonly forcePullImage: boolean;
    readonly privileged: boolean;
  };
  /** An image for the Mesos containerizer. */
  readonly ucr?: { readonly image: { readonly id: string; readonly forcePull: boolean } };
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly secrets: Readonly<Record<string, { readonly source: string }>>;
  readonly placement: { readonly constraints: readonly PlacementConstraint[] };
  readonly artifacts: readonly JobArtifact[];
  readonly volumes: readonly HostVolume[];
  /** Seconds that a run may wait for an offer. */
  readonly maxLaunchDelay: number;
  readonly taskKillGracePeriodSeconds?: number;
  readonly restart: RestartPolicy;
}

/** Of an agent's attribute; EQ is Marathon's IS. */
export interface PlacementConstraint {
  readonly attribute: string;
  readonly operator: 'EQ' | 'LIKE' | 'UNLIKE' | 'IS';
  readonly value?: string;
}

/** Fetched into the sandbox before the task starts. */
export interface JobArtifact {
  readonly uri: string;
  readonly extract: boolean;
  readonly executable: boolean;
  readonly cache: boolean;
}

/** What follows a failure. */
export interface RestartPolicy {
  readonly policy: 'NEVER' | 'ON_FAILURE';
  /** From the creation of the run; no new task is started after it. */
  readonly activeDeadlineSeconds: number;
}

/** When runs start by themselves. */
export interface Schedule {
  readonly id: string;
  /** Five fields. */
  readonly cron: string;
  readonly timezone: string;
  /** A run that could not be started within this time of its hour is left out. */
  readonly startingDeadlineSeconds: number;
  /** FORBID leaves a run out while another one of the job is active. */
  readonly concurrencyPolicy: 'ALLOW' | 'FORBID';
  readonly enabled: boolean;
}

/** STARTING until a task runs, and again between two tasks. */
export type RunStatus = 'STARTING' | 'ACTIVE' | 'SUCCESS' | 'FAILED';

/** One time that a job is done, over all the tasks that takes. */
export interface JobRun {
  readonly id: string;
  readonly jobId: string;
  readonly status: RunStatus;
  readonly createdAt: Timestamp;
  readonly completedAt: Timestamp | null;
  /** Oldest first; the last one is the live one, if any is. */
  readonly tasks: readonly JobTask[];
  /** The job as it was when the run was created. */
  readonly job: Job;
  /** Somebody asked for its end, so it is not started again. */
  readonly isStopped: boolean;
  readonly delay?: LaunchDelay;
  /** When it began, and when it last began to wait for an offer: readings of the monotonic clock. */
  readonly since: number;
  readonly waitsSince: number;
}

/** One attempt. */
export interface JobTask {
  readonly id: string;
  readonly status: string;
  readonly agentId: string;
  readonly createdAt: Timestamp;
  readonly startedAt: Timestamp | null;
  readonly completedAt: Timestamp | null;
  readonly message?: string;
}

/** Counts of ended runs, and the last of them by name. */
export interface JobHistory {
  readonly successCount: number;
  readonly failureCount: number;
  readonly lastSuccessAt: Timestamp | null;
  readonly lastFailureAt: Timestamp | null;
  readonly successfulFinishedRuns: readonly FinishedRun[];
  readonly failedFinishedRuns: readonly FinishedRun[];
}

/** What is remembered of an ended run. */
export interface FinishedRun {
  readonly id: string;
  readonly createdAt: Timestamp;
  readonly finishedAt: Timestamp;
  readonly tasks: readonly string[];
}
