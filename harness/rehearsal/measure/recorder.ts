import { setTimeout as pause } from 'node:timers/promises';
import type { Hop, RecordedTask, Side, TaskSample } from '../../model/recording.ts';
import type { EdgeClient } from '../edge-client.ts';
import type { Replica } from '../replica/replica.ts';
import type { Timeline } from '../timeline.ts';
import { findTaskProcesses, sampleTask } from './processes.ts';
import { type TaskEvent, withEvent } from './task-lives.ts';

export interface RecorderOptions {
  readonly replica: Replica;
  readonly edge: EdgeClient;
  readonly timeline: Timeline;
}

const pollEveryMs = 250;
const sampleEveryMs = 1_000;

/** Watches a replica from the side: Marathon's events and what the edge forwards. */
export class Recorder implements AsyncDisposable {
  readonly hops: Hop[] = [];
  readonly samples: TaskSample[] = [];
  readonly #options: RecorderOptions;
  readonly #events: { readonly event: TaskEvent; readonly atMs: number }[] = [];
  readonly #stop = new AbortController();
  readonly #answered = new Map<string, number>();
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
    this.#running = [listen(), this.#poll(), this.#sample()];
  }

  /** How many requests one side of a service has answered so far. */
  answeredBy(service: string, side: Side): number {
    return this.#answered.get(`${service} ${side}`) ?? 0;
  }

  /** Every task so far. */
  tasks(): readonly RecordedTask[] {
    return this.#events.reduce<readonly RecordedTask[]>(
      (tasks, { event, atMs }) =>
        withEvent(tasks, event, atMs, (appId, version) => this.#options.replica.versionOf(appId, version)),
      [],
    );
  }

  /** Of a task that runs; none when they cannot be seen from here. */
  async processesOf(taskId: string): Promise<readonly number[]> {
    const found = await this.#findProcesses();
    return found.find((task) => task.taskId === taskId)?.pids ?? [];
  }

  /** Reads what the edge has recorded until now. */
  async catchUp(): Promise<void> {
    const { edge, replica, timeline } = this.#options;
    const prefix = `${replica.group}/`;
    for (const one of await edge.requests()) {
      if (!one.appId.startsWith(prefix)) continue;
      const { requestId, taskId, method, path, durationMs, status, failure, attempts } = one;
      const version = one.version === null ? undefined : replica.versionOf(one.appId, one.version);
      const side = version?.side ?? null;
      const service = one.appId.slice(prefix.length);
      const key = `${service} ${side}`;
      this.#answered.set(key, (this.#answered.get(key) ?? 0) + 1);
      this.hops.push({
        requestId,
        service,
        taskId,
        side,
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

  async #sample(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const tasks = await this.#findProcesses();
      const atMs = this.#options.timeline.now();
      const samples = await Promise.all(tasks.map((task) => sampleTask(task, atMs)));
      this.samples.push(...samples.filter((sample) => sample !== null));
      await pause(sampleEveryMs, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  #findProcesses(): ReturnType<typeof findTaskProcesses> {
    const { group } = this.#options.replica;
    return findTaskProcesses((appId) => appId.startsWith(`${group}/`));
  }

  async #poll(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.catchUp();
      await pause(pollEveryMs, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }
}
