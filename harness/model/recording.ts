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
  readonly samples: readonly TaskSample[];
  readonly calls: readonly DependencyCalls[];
  readonly probes: readonly Probe[];
  readonly logs: readonly TaskLog[];
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
  /** What its health check asks; null: it has none over HTTP. */
  readonly livePath: string | null;
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
  /** For `fault`: what misbehaved, and how. */
  readonly dependency?: string;
  readonly fault?: FaultKind;
}

/**
 * `old`: only what the environment runs · `roll`: the candidate comes · `new`: only the candidate · `soak`: it is asked as fast as
 * it answers · `rest`: nobody asks · `kill`: a task was killed · `fault`: a dependency misbehaves · `recover`: it is well again ·
 * `back`: the old version comes again · `returned`: it is there again · `forward`: the candidate comes a second time.
 */
export type WindowKind =
  | 'old'
  | 'roll'
  | 'new'
  | 'soak'
  | 'rest'
  | 'kill'
  | 'fault'
  | 'recover'
  | 'back'
  | 'returned'
  | 'forward'
  | 'again';

/** How a dependency misbehaves. */
export type FaultKind = 'refuse' | 'hang' | 'reset' | 'slow' | 'status-500';

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
  /** Its answer had the request's id. */
  readonly echoed: boolean;
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

/** What the processes of one task use. */
export interface TaskSample {
  readonly atMs: number;
  readonly taskId: string;
  readonly rssMiB: number;
  /** Since the task started. */
  readonly cpuSeconds: number;
  readonly fileDescriptors: number;
  /** Written to its output since it started; null: not known. */
  readonly logBytes: number | null;
}

/** Calls of one service to one dependency in one window. */
export interface DependencyCalls {
  readonly window: WindowKind;
  readonly fault: FaultKind | null;
  readonly service: string;
  readonly dependency: string;
  readonly kind: DependencyKind;
  readonly durationMs: number;
  /** Requests where the dependency speaks HTTP, else connections. */
  readonly calls: number;
  /** Of these, with the id of a request that the rehearsal sent. */
  readonly withRequestId: number;
  /** Connections that were open at the end. */
  readonly connections: number;
  /** While it hung: how long the service waited until it gave up; null: longer than the rehearsal did, or nothing was asked. */
  readonly gaveUpMs: number | null;
}

export type DependencyKind = 'store' | 'neighbour' | 'external';

/** A question that was put to one task directly while a dependency of its service misbehaved, or after. */
export interface Probe {
  readonly kind: 'live' | 'ready' | 'request';
  readonly service: string;
  readonly dependency: string;
  readonly dependencyKind: DependencyKind;
  /** Null: the dependency is well, before or again. */
  readonly fault: FaultKind | null;
  readonly phase: 'before' | 'during' | 'after';
  readonly label: string;
  readonly atMs: number;
  readonly durationMs: number;
  readonly status: number | null;
}

/** What was found in a task's output; values of secrets never are. */
export interface TaskLog {
  readonly taskId: string;
  readonly service: string;
  readonly side: Side;
  readonly lines: number;
  readonly bytes: number;
  /** Lines of level error, numbers and ids taken out, with how often. */
  readonly errors: readonly { readonly pattern: string; readonly count: number }[];
  readonly leaks: readonly { readonly kind: LeakKind; readonly what: string; readonly count: number }[];
}

export type LeakKind = 'secret' | 'card-number' | 'bearer-token' | 'password';
