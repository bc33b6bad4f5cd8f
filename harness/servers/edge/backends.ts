/** One running task that may answer requests. */
export interface Backend extends Target {
  /** Requests that it is answering now. */
  active: number;
  /** Being taken away: it finishes what it has and gets nothing new. */
  draining: boolean;
}

/** Where a task of an app listens. */
export interface Target {
  readonly taskId: string;
  readonly instanceId: string;
  readonly host: string;
  readonly port: number;
  /** Marathon's version of the app that the task belongs to, a timestamp. */
  readonly version: string | null;
  /** The version label of that version of the app; null when it has none. */
  readonly label: string | null;
}

/** Where an app's requests may go now, and who waits for a place to send one. */
export class Backends {
  #list: Backend[] = [];
  #turn = 0;
  readonly #waiting = new Set<() => void>();
  readonly #onLeaving: (backend: Backend) => void;
  /** True while the app has tasks at all: then it is worth waiting a moment for one to become healthy. */
  expected = false;

  /** @param onLeaving called for every backend that gets nothing new from now on */
  constructor(onLeaving: (backend: Backend) => void) {
    this.#onLeaving = onLeaving;
  }

  get list(): readonly Backend[] {
    return this.#list;
  }

  /** Replaces the backends by `next`; one that stays keeps its count of running requests. */
  replace(next: readonly Target[]): void {
    const known = new Map(this.#list.map((backend) => [backend.taskId, backend]));
    const open = next.map((target) => {
      const before = known.get(target.taskId);
      return before !== undefined && isSame(before, target)
        ? before
        : { ...target, active: 0, draining: false };
    });
    const kept = new Set(open);
    const leaving = this.#list.filter((backend) => !kept.has(backend));
    for (const backend of leaving) this.#drain(backend);
    this.#list = [...open, ...leaving.filter(({ active }) => active > 0)];
    if (open.some(({ draining }) => !draining)) for (const waiter of [...this.#waiting]) waiter();
  }

  /** Stops new requests to the tasks that `matches` names, before they are told to end. */
  drain(matches: (taskId: string) => boolean): void {
    for (const backend of this.#list) if (matches(backend.taskId)) this.#drain(backend);
  }

  /** The backend with the fewest running requests, taking turns among equals; undefined when none may be asked. */
  pick(tried: ReadonlySet<Backend>): Backend | undefined {
    const list = this.#list;
    const first = this.#turn++;
    let best: Backend | undefined;
    for (let step = 0; step < list.length; step++) {
      const backend = list[(first + step) % list.length];
      if (backend === undefined || backend.draining || tried.has(backend)) continue;
      if (best === undefined || backend.active < best.active) best = backend;
    }
    return best;
  }

  release(backend: Backend): void {
    backend.active -= 1;
    if (backend.draining && backend.active === 0)
      this.#list = this.#list.filter((other) => other !== backend);
  }

  /** Calls `waiter` whenever a backend may have appeared, until the returned function is called. */
  watch(waiter: () => void): () => void {
    this.#waiting.add(waiter);
    return () => this.#waiting.delete(waiter);
  }

  #drain(backend: Backend): void {
    if (backend.draining) return;
    backend.draining = true;
    this.#onLeaving(backend);
  }
}

function isSame(a: Target, b: Target): boolean {
  return a.host === b.host && a.port === b.port && a.version === b.version && a.label === b.label;
}
