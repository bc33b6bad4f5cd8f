import type { Digest } from './digest.ts';
import type { RuntimeName } from './stage.ts';

/**
 * What a rehearsal saw, as plain data: pages draw it, and what it means can be found out again without a cluster.
 * Every `…Ms` that is a moment counts from the start of the rehearsal.
 */
export interface Recording {
  readonly formatVersion: 1;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** The environment that was rebuilt. */
  readonly environment: string;
  readonly runtime: RuntimeName;
  readonly services: readonly RehearsedService[];
  /** How late requests were sent, in milliseconds: what the machine, not the services, took. */
  readonly lateMs: { readonly p50: number; readonly p99: number };
  readonly windows: readonly RehearsalWindow[];
  /** The rehearsal's own traffic. */
  readonly requests: readonly SentRequest[];
  /** What the edge forwarded, calls between services included. */
  readonly hops: readonly Hop[];
  readonly tasks: readonly RecordedTask[];
  /** Requests that were not sent because the version in place could not answer them, and why. */
  readonly dropped: readonly { readonly service: string; readonly label: string; readonly because: string }[];
  /** Why parts of the rehearsal could not be done, by service. */
  readonly obstacles: readonly Obstacle[];
}

export interface RehearsedService {
  readonly name: string;
  readonly candidate: VersionName;
  /** What the candidate replaces; null: nothing. */
  readonly previous: VersionName | null;
  /** There was nothing to replace, or its bytes were gone: the candidate was rolled over itself. */
  readonly overItself: boolean;
  /** False: it is there as the others' neighbour only, at the version of the environment. */
  readonly rolled: boolean;
  readonly instances: number;
  readonly minimumHealthCapacity: number;
  readonly killGraceSeconds: number;
  /** Services that it calls. */
  readonly neighbours: readonly string[];
}

export interface VersionName {
  readonly digest: Digest;
  readonly version: string;
}

/** A stretch of time in which one thing was done to the replica. */
export interface RehearsalWindow {
  readonly kind: WindowKind;
  /** The service it was done to; null: all. */
  readonly service: string | null;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * `old`: only what the environment runs · `roll`: the candidate comes · `new`: only the candidate · `kill`: a task was killed ·
 * `back`: the old version comes again · `returned`: it is there again · `forward`: the candidate comes a second time.
 */
export type WindowKind = 'old' | 'roll' | 'new' | 'kill' | 'back' | 'returned' | 'forward' | 'again';

/** Of which version: what the environment runs, or the candidate. */
export type Side = 'old' | 'new';

/** One request of the rehearsal's own traffic. */
export interface SentRequest {
  readonly id: string;
  readonly service: string;
  /** What it is: `GET /products/TEA-1 (a request for TEA-1)`. */
  readonly label: string;
  /** When it should have been sent. */
  readonly atMs: number;
  /** From that moment to the end of the answer, so that a late client hides nothing. */
  readonly durationMs: number;
  /** Null: there was no whole answer. */
  readonly status: number | null;
  readonly failure?: RequestFailure;
}

export type RequestFailure = 'refused' | 'reset' | 'timeout' | 'cut';

/** One request that the edge forwarded to a task, or could not. */
export interface Hop {
  readonly requestId: string;
  readonly service: string;
  /** Null: no task was there to ask. */
  readonly taskId: string | null;
  readonly side: Side | null;
  readonly method: string;
  readonly path: string;
  readonly atMs: number;
  readonly durationMs: number;
  readonly status: number | null;
  readonly failure: string | null;
  /** Connections tried, the one that answered included. */
  readonly attempts: number;
}

/** The life of one task; null: that did not happen. */
export interface RecordedTask {
  readonly id: string;
  readonly service: string;
  readonly side: Side;
  readonly startedMs: number;
  readonly runningMs: number | null;
  /** Its health checks were passed for the first time. */
  readonly healthyMs: number | null;
  /** A deployment, or the rehearsal itself, asked for its end. */
  readonly askedToEndMs: number | null;
  readonly endedMs: number | null;
  /** `TASK_KILLED: Command exited with status 0` */
  readonly end: string | null;
}

export interface Obstacle {
  /** Null: it is nobody's fault among the services. */
  readonly service: string | null;
  readonly because: string;
}
