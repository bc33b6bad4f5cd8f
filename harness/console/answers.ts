import type { ClusterEvent } from '../diagnosis/index.ts';
import type { RunRecord } from '../model/index.ts';

// What the console's server tells its page and takes from it. Both import it, so it must load without Node.

/** What this console looks at. */
export interface About {
  readonly title: string;
  /** Whether there is a ledger to tell of. */
  readonly hasProject: boolean;
  readonly runtime: string | null;
  readonly marathon: string | null;
  readonly mesos: string | null;
  readonly edge: string | null;
}

/** What happened on the cluster, numbered in the order the server learnt of it. */
export interface NumberedEvent extends ClusterEvent {
  readonly id: number;
}

/** What the master's figures were at one moment. */
export interface Sample {
  readonly at: number;
  readonly cpusUsed: number;
  readonly cpusTotal: number;
  readonly memUsed: number;
  readonly memTotal: number;
  readonly tasksRunning: number;
  readonly tasksStaging: number;
  readonly tasksFailed: number;
  readonly offers: number;
}

/** A line of the list of runs. */
export type RunLine = Pick<
  RunRecord,
  'runId' | 'target' | 'verdict' | 'runtime' | 'startedAt' | 'durationMs' | 'commit'
>;

export const decisions = ['approve', 'reject', 'promote', 'rollback', 'freeze', 'unfreeze'] as const;

/** What a person decides on the page; the same as the command of that name. */
export interface Decision {
  readonly kind: (typeof decisions)[number];
  /** Null for what is about a whole environment. */
  readonly service: string | null;
  readonly environment: string;
  readonly reason: string;
}

/** How the command ended, in its own words. */
export interface Decided {
  readonly exitCode: number;
  readonly said: string;
}
