import type { ClusterEvent, SourceState } from '../../diagnosis/index.ts';
import { ask, type ClusterAccess, followEvents } from '../../operations/index.ts';
import { type Clock, every, systemClock } from '../../plumbing/clock.ts';
import type { NumberedEvent, Sample } from '../answers.ts';

export interface Watcher {
  event(event: NumberedEvent): void;
  source(state: SourceState): void;
}

const mostEvents = 5_000;
const mostSamples = 900;
const sampleMs = 2_000;

/** What happened since the console was opened: one connection to the cluster for all browsers. */
export class History implements Disposable {
  readonly #stop = new AbortController();
  readonly #events: NumberedEvent[] = [];
  readonly #sources = new Map<string, SourceState>();
  readonly #samples: Sample[] = [];
  readonly #watchers = new Set<Watcher>();
  #lastId = 0;

  constructor(access: ClusterAccess, clock: Clock = systemClock) {
    const listener = {
      event: (event: ClusterEvent) => this.add(event),
      source: (state: SourceState) => this.#tell(state),
    };
    void followEvents(access, listener, this.#stop.signal);
    const { mesos } = access;
    if (mesos === null) return;
    const sample = (): void => void this.#sample(access, new URL('/metrics/snapshot', mesos)).catch(() => {});
    sample();
    const timer = every(clock, sampleMs, sample);
    this.#stop.signal.addEventListener('abort', () => timer.cancel());
  }

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  get sources(): readonly SourceState[] {
    return [...this.#sources.values()];
  }

  /** Those after `id`, as far as they are kept. */
  eventsAfter(id: number): readonly NumberedEvent[] {
    return this.#events.filter((event) => event.id > id);
  }

  /** Returns the way out. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  add(event: ClusterEvent): void {
    this.#lastId += 1;
    const numbered = { ...event, id: this.#lastId };
    this.#events.push(numbered);
    if (this.#events.length > mostEvents) this.#events.splice(0, mostEvents / 5);
    for (const watcher of this.#watchers) watcher.event(numbered);
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  #tell(state: SourceState): void {
    this.#sources.set(state.source, state);
    for (const watcher of this.#watchers) watcher.source(state);
  }

  async #sample(access: ClusterAccess, url: URL): Promise<void> {
    const all = await ask<Readonly<Record<string, number>>>(access, url, { signal: this.#stop.signal });
    const figure = (name: string): number => all[`master/${name}`] ?? 0;
    this.#samples.push({
      at: Date.now(),
      cpusUsed: figure('cpus_used'),
      cpusTotal: figure('cpus_total'),
      memUsed: figure('mem_used'),
      memTotal: figure('mem_total'),
      tasksRunning: figure('tasks_running'),
      tasksStaging: figure('tasks_staging') + figure('tasks_starting'),
      tasksFailed: figure('tasks_failed') + figure('tasks_lost') + figure('tasks_error'),
      offers: figure('outstanding_offers'),
    });
    if (this.#samples.length > mostSamples) this.#samples.shift();
  }
}
