import type { Backend } from './backends.ts';

/** Why a request was not answered by the app as it should have been. */
export type Failure =
  /** No task took the connection. */
  | 'refused'
  /** The task's connection broke before its answer came. */
  | 'reset'
  /** The task's connection broke in the middle of its answer. */
  | 'cut'
  /** No answer came in time. */
  | 'timeout'
  /** What the task answered is no HTTP. */
  | 'malformed'
  /** The app has no task that may be asked. */
  | 'no-backend'
  /** The client sent no HTTP; no task was asked. */
  | 'bad-request'
  /** The client left before the answer's end. */
  | 'client-left'
  /** The client is a task of an app that does not declare to call this one; no task was asked. */
  | 'undeclared'
  /** A fault that was set on the app's address. */
  | 'fault';

/** One request through the edge, written when it ended. */
export interface RequestRecord {
  /** Counts the requests of this edge from 1. */
  readonly seq: number;
  /** When its head had been read, in milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly durationMs: number;
  readonly appId: string;
  /** The task asked last; null when none was. */
  readonly taskId: string | null;
  readonly instanceId: string | null;
  /** Marathon's version of the app that the task belongs to, a timestamp. */
  readonly version: string | null;
  /** The version label of that version of the app. */
  readonly label: string | null;
  readonly method: string;
  /** Path and query, cut after {@link longestText} characters. */
  readonly path: string;
  /** What the client got; null when it got none. */
  readonly status: number | null;
  readonly failure: Failure | null;
  /** `x-request-id`, as the client sent it or as the edge made it up. */
  readonly requestId: string;
  /** Connections tried, the one that answered included. */
  readonly attempts: number;
}

/** What is known of a request when it ends; which task and version it was follows from the backend. */
export interface RequestFound
  extends Omit<RequestRecord, 'seq' | 'appId' | 'taskId' | 'instanceId' | 'version' | 'label'> {
  /** Null when no task was asked. */
  readonly backend: Backend | null;
}

/** Longest text of a record, in characters. */
export const longestText = 256;
/** Requests kept; the oldest go first. */
const mostRecords = 20_000;

export interface RequestPage {
  /** Oldest first. */
  readonly requests: readonly RequestRecord[];
  /** The `since` of the next page. */
  readonly next: number;
  /** Records after `since` that are gone, of whatever app: they were asked for too late. */
  readonly lost: number;
}

/** The last requests of all apps, in bounded memory. */
export class RequestLog {
  readonly #ring: RequestRecord[] = [];
  readonly #capacity: number;
  #last = 0;
  /** Told of every record as it is written. */
  onRecord: ((record: RequestRecord) => void) | null = null;

  constructor(capacity = mostRecords) {
    this.#capacity = capacity;
  }

  write(record: Omit<RequestRecord, 'seq'>): void {
    const seq = ++this.#last;
    const numbered = { seq, ...record };
    this.#ring[seq % this.#capacity] = numbered;
    this.onRecord?.(numbered);
  }

  /** Records after the one numbered `since`, at most `limit`. */
  read(since: number, appId: string | null, limit: number): RequestPage {
    const oldest = Math.max(1, this.#last - this.#capacity + 1);
    const first = Math.max(since + 1, oldest);
    const requests: RequestRecord[] = [];
    let seq = first;
    for (; seq <= this.#last && requests.length < limit; seq++) {
      const record = this.#ring[seq % this.#capacity];
      if (record !== undefined && (appId === null || record.appId === appId)) requests.push(record);
    }
    return { requests, next: Math.max(seq - 1, Math.min(since, this.#last)), lost: first - since - 1 };
  }
}
