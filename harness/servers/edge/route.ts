/** One running task that may answer requests. */
export interface Backend {
  readonly taskId: string;
  readonly host: string;
  readonly port: number;
  /** Requests that it is answering now. */
  active: number;
  /** Being taken away: it finishes what it has and gets nothing new. */
  draining: boolean;
}

/** The stable address of one app. */
export interface Route {
  readonly appId: string;
  /** `http://host:port` for callers on this machine; the first of the edge's bind addresses. */
  readonly address: string;
  /** The same for callers inside tasks; the last of the bind addresses. */
  readonly taskAddress: string;
  readonly backends: readonly Backend[];
}

/** Where an app's requests may go now, and who waits for a place to send one. */
export class Backends {
  #list: Backend[] = [];
  #turn = 0;
  #waiting = new Set<() => void>();
  /** True while the app has tasks at all: then it is worth waiting a moment for one to become healthy. */
  expected = false;

  get list(): readonly Backend[] {
    return this.#list;
  }

  /** Replaces what stands by `next`; a backend that stays keeps its count of running requests. */
  replace(next: readonly Pick<Backend, 'taskId' | 'host' | 'port'>[]): void {
    const known = new Map(this.#list.map((backend) => [backend.taskId, backend]));
    const kept = new Set(next.map(({ taskId }) => taskId));
    const leaving = this.#list.filter(({ taskId, active }) => !kept.has(taskId) && active > 0);
    for (const backend of leaving) backend.draining = true;
    const standing = next.map(({ taskId, host, port }) => {
      const before = known.get(taskId);
      return before !== undefined && before.host === host && before.port === port
        ? before
        : { taskId, host, port, active: 0, draining: false };
    });
    this.#list = [...standing, ...leaving];
    if (standing.some(({ draining }) => !draining)) this.#wake();
  }

  /** Stops new requests to the tasks that `matches` names, before they are told to end. */
  drain(matches: (taskId: string) => boolean): void {
    for (const backend of this.#list) if (matches(backend.taskId)) backend.draining = true;
  }

  /** The backend with the fewest running requests, taking turns among equals; undefined when none may be asked. */
  pick(tried: ReadonlySet<Backend>): Backend | undefined {
    const open = this.#list.filter((backend) => !backend.draining && !tried.has(backend));
    const fewest = Math.min(...open.map(({ active }) => active));
    const equals = open.filter(({ active }) => active === fewest);
    return equals[this.#turn++ % Math.max(1, equals.length)];
  }

  release(backend: Backend): void {
    backend.active -= 1;
    if (backend.draining && backend.active === 0)
      this.#list = this.#list.filter((other) => other !== backend);
  }

  /** Resolves when a backend appeared, or `signal` aborted. */
  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  #wake(): void {
    for (const waiter of [...this.#waiting]) waiter();
  }
}
