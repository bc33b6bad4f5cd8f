import { ForksPoolWorker, type PoolOptions, type PoolWorker } from 'vitest/node';

type Callback = Parameters<PoolWorker['on']>[1];

/** The worker processes of one vitest instance, as its `pool` option takes them. */
export interface TestWorkers {
  readonly name: string;
  createPoolWorker(options: PoolOptions): PoolWorker;
  /** Resolves once no worker is left, whatever their tests do. */
  kill(): Promise<void>;
}

/**
 * Vitest's own forks, for a machine on which they may be killed from outside (out of memory). Vitest waits for ever for the end of one
 * that was killed while it started, and ends the whole process for one that was killed between two files.
 */
export function testWorkers(): TestWorkers {
  const running = new Set<TestWorker>();
  return {
    name: 'stagegate-forks',
    createPoolWorker: (options) => new TestWorker(options, running),
    async kill() {
      await Promise.all([...running].map((worker) => worker.stop()));
    },
  };
}

class TestWorker extends ForksPoolWorker {
  override readonly name = 'stagegate-forks';
  readonly #running: Set<TestWorker>;
  readonly #guarded = new Map<Callback, Callback>();

  constructor(options: PoolOptions, running: Set<TestWorker>) {
    super(options);
    this.#running = running;
  }

  override async start(): Promise<void> {
    await super.start();
    this.#running.add(this);
    super.on('exit', () => this.#running.delete(this));
  }

  override async stop(): Promise<void> {
    if (this.#running.has(this)) await super.stop();
  }

  /** What the pool throws about an exit that no file waits for is dropped: the pool sees it when it hands over the next file. */
  override on(event: string, callback: Callback): void {
    if (event !== 'exit') {
      super.on(event, callback);
      return;
    }
    const guarded: Callback = (...args) => {
      try {
        callback(...args);
      } catch {
        // Nobody listened.
      }
    };
    this.#guarded.set(callback, guarded);
    super.on(event, guarded);
  }

  override off(event: string, callback: Callback): void {
    super.off(event, this.#guarded.get(callback) ?? callback);
  }
}
