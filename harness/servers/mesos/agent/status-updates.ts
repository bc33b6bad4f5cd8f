import type { Clock, Timer } from '../../../plumbing/clock.ts';
import { isTerminal } from '../task-states.ts';
import type { TaskState, TaskStatus } from '../v1.ts';

const firstRetryMs = 10_000;
const longestRetryMs = 600_000;

/** Sends one update towards the framework. May be called again with the same update until it is acknowledged. */
export type SendUpdate = (frameworkId: string, status: TaskStatus, latest: TaskState) => void;

export interface Acknowledged {
  readonly status: TaskStatus;
  /** No further update of this task waits, and the acknowledged one was terminal. */
  readonly ended: boolean;
}

interface Stream {
  readonly frameworkId: string;
  /** The first one is in flight. */
  readonly queue: TaskStatus[];
  retryMs: number;
  timer: Timer | null;
}

/**
 * Reliable delivery of task statuses: per task one update in flight, the next one only after its acknowledgement, and
 * retries with growing pauses until then.
 */
export class StatusUpdates {
  readonly #clock: Clock;
  readonly #send: SendUpdate;
  readonly #streams = new Map<string, Stream>();

  constructor(clock: Clock, send: SendUpdate) {
    this.#clock = clock;
    this.#send = send;
  }

  /** `status` needs a `uuid`. */
  add(frameworkId: string, status: TaskStatus): void {
    const key = keyOf(frameworkId, status.task_id.value);
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      stream = { frameworkId, queue: [], retryMs: firstRetryMs, timer: null };
      this.#streams.set(key, stream);
    }
    const last = stream.queue.at(-1);
    if (last !== undefined && isTerminal(last.state)) return;
    stream.queue.push(status);
    if (stream.queue.length === 1) this.#deliver(stream);
  }

  /** Undefined when the acknowledgement fits nothing in flight; it is dropped then. */
  acknowledge(frameworkId: string, taskId: string, uuid: string): Acknowledged | undefined {
    const key = keyOf(frameworkId, taskId);
    const stream = this.#streams.get(key);
    const status = stream?.queue[0];
    if (stream === undefined || status === undefined || status.uuid !== uuid) return undefined;
    stream.queue.shift();
    stream.timer?.cancel();
    stream.timer = null;
    stream.retryMs = firstRetryMs;
    const ended = isTerminal(status.state);
    if (stream.queue.length > 0) this.#deliver(stream);
    else this.#streams.delete(key);
    return { status, ended };
  }

  /** Sends what is in flight again at once, for one framework or for all, and starts their pauses anew. */
  resend(frameworkId?: string): void {
    for (const stream of this.#streams.values()) {
      if (frameworkId !== undefined && stream.frameworkId !== frameworkId) continue;
      stream.timer?.cancel();
      stream.retryMs = firstRetryMs;
      this.#deliver(stream);
    }
  }

  /** Forgets every update of a framework that is gone. */
  forget(frameworkId: string): void {
    for (const [key, stream] of this.#streams) {
      if (stream.frameworkId !== frameworkId) continue;
      stream.timer?.cancel();
      this.#streams.delete(key);
    }
  }

  /** The newest update that waits or is in flight; undefined when every one is acknowledged. */
  newest(frameworkId: string, taskId: string): TaskStatus | undefined {
    return this.#streams.get(keyOf(frameworkId, taskId))?.queue.at(-1);
  }

  stop(): void {
    for (const stream of this.#streams.values()) stream.timer?.cancel();
    this.#streams.clear();
  }

  #deliver(stream: Stream): void {
    const status = stream.queue[0];
    const newest = stream.queue.at(-1);
    if (status === undefined || newest === undefined) return;
    stream.timer = this.#clock.after(stream.retryMs, () => {
      stream.retryMs = Math.min(stream.retryMs * 2, longestRetryMs);
      this.#deliver(stream);
    });
    this.#send(stream.frameworkId, status, newest.state);
  }
}

function keyOf(frameworkId: string, taskId: string): string {
  return `${frameworkId}/${taskId}`;
}
