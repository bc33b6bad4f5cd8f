import { setTimeout as pause } from 'node:timers/promises';
import type { Hop, RecordedTask } from '../../model/recording.ts';
import type { EdgeClient } from '../edge-client.ts';
import type { Replica } from '../replica/replica.ts';
import type { Timeline } from '../timeline.ts';
import { type TaskEvent, withEvent } from './task-lives.ts';

export interface RecorderOptions {
  readonly replica: Replica;
  readonly edge: EdgeClient;
  readonly timeline: Timeline;
}

const pollEveryMs = 250;

/** Watches a replica from the side: Marathon's events and what the edge forwards. */
export class Recorder implements AsyncDisposable {
  readonly hops: Hop[] = [];
  readonly #options: RecorderOptions;
  readonly #events: { readonly event: TaskEvent; readonly atMs: number }[] = [];
  readonly #stop = new AbortController();
  #running: readonly Promise<void>[] = [];

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Resolves once events are subscribed to. */
  async start(): Promise<void> {
    const { replica, edge, timeline } = this.#options;
    await edge.skipOlder();
    const events = await replica.marathon.events(this.#stop.signal, [
      'status_update_event',
      'instance_health_changed_event',
    ]);
    const listen = async (): Promise<void> => {
      for await (const event of events) this.#events.push({ event, atMs: timeline.now() });
    };
    this.#running = [listen(), this.#poll()];
  }

  /** Every task so far. */
  tasks(): readonly RecordedTask[] {
    return this.#events.reduce<readonly RecordedTask[]>(
      (tasks, { event, atMs }) =>
        withEvent(tasks, event, atMs, (appId, version) => this.#options.replica.versionOf(appId, version)),
      [],
    );
  }

  /** Reads what the edge has recorded until now. */
  async catchUp(): Promise<void> {
    const { edge, replica, timeline } = this.#options;
    const prefix = `${replica.group}/`;
    for (const one of await edge.requests()) {
      if (!one.appId.startsWith(prefix)) continue;
      const { requestId, taskId, method, path, durationMs, status, failure, attempts } = one;
      const version = one.version === null ? undefined : replica.versionOf(one.appId, one.version);
      this.hops.push({
        requestId,
        service: one.appId.slice(prefix.length),
        taskId,
        side: version?.side ?? null,
        method,
        path,
        atMs: one.atMs - timeline.startedAt,
        durationMs,
        status,
        failure,
        attempts,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async #poll(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.catchUp();
      await pause(pollEveryMs, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }
}
