import type { Incident } from '../model/index.ts';

/** One request through the edge, written when it ended: what attribution reads of the edge's records. */
export interface ObservedRequest {
  /** Counts requests in the order they ended. */
  readonly seq: number;
  readonly atMs: number;
  readonly durationMs: number;
  readonly appId: string;
  readonly taskId: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly failure: string | null;
  readonly requestId: string;
}

/** A line that a service printed about a request. */
export interface LogLine {
  readonly service: string;
  readonly requestId: string;
  readonly text: string;
}

/** What was seen of an environment while tests ran in it. */
export interface Observation {
  readonly requests: readonly ObservedRequest[];
  readonly incidents: readonly Incident[];
  readonly logLines: readonly LogLine[];
}

/** The service that an app is: the last part of its id. */
export function serviceOfApp(appId: string): string {
  return appId.split('/').at(-1) ?? appId;
}
