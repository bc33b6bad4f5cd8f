import type { Clock, Timer } from '../../../plumbing/clock.ts';
import type {
  Container,
  ContainerExit,
  Containerizer,
  ContainerRequest,
  ContainerStatistics,
  SideProcess,
} from './container.ts';

/** How simulated tasks behave. Each figure is drawn from the seed and the task's id, whatever the order of launches. */
export interface Simulation {
  readonly seed: number;
  /** From launch to running; default 0. */
  readonly startMs?: Span;
  /** From running to the end; absent: until killed. */
  readonly runMs?: Span;
  /** Share of the tasks that end with status 1 instead of 0; default 0. */
  readonly failureRate?: number;
  /** Share of the tasks whose checks fail; default 0. */
  readonly unhealthyRate?: number;
  /** From SIGTERM to the end; default 0. */
  readonly stopMs?: Span;
}

export interface Span {
  readonly min: number;
  readonly max: number;
}

const nothing: Span = { min: 0, max: 0 };

/** Tasks that exist only as timers: thousands of them cost little more than their books. */
export class SimulatedContainerizer implements Containerizer {
  readonly name = 'simulated';
  readonly noun = 'Command';
  readonly isolation = ['simulated'];
  readonly #clock: Clock;
  readonly #simulation: Simulation;

  constructor(clock: Clock, simulation: Simulation) {
    this.#clock = clock;
    this.#simulation = simulation;
  }

  async prepare(): Promise<void> {}

  async start(request: ContainerRequest): Promise<Container> {
    const draw = drawsOf(this.#simulation.seed, request.taskId);
    const { startMs, runMs, stopMs, failureRate = 0, unhealthyRate = 0 } = this.#simulation;
    const startDelay = within(startMs ?? nothing, draw());
    const life: Life = {
      runMs: runMs === undefined ? undefined : within(runMs, draw()),
      stopMs: within(stopMs ?? nothing, draw()),
      exitCode: draw() < failureRate ? 1 : 0,
      healthy: draw() >= unhealthyRate,
    };
    if (startDelay > 0) await new Promise<void>((resolve) => this.#clock.after(startDelay, resolve));
    return new SimulatedContainer(this.#clock, life);
  }

  async dispose(): Promise<void> {}
}

interface Life {
  /** Undefined: until killed. */
  readonly runMs: number | undefined;
  readonly stopMs: number;
  readonly exitCode: number;
  readonly healthy: boolean;
}

class SimulatedContainer implements Container {
  readonly networks = [{ ip_addresses: [{ protocol: 'IPv4', ip_address: '127.0.0.1' }] }] as const;
  readonly checkAddress = '127.0.0.1';
  readonly exited: Promise<ContainerExit>;
  readonly healthy: boolean;
  readonly #clock: Clock;
  readonly #stopMs: number;
  #timer: Timer | undefined;
  #end: (exit: ContainerExit) => void = () => {};

  constructor(clock: Clock, life: Life) {
    this.#clock = clock;
    this.#stopMs = life.stopMs;
    this.healthy = life.healthy;
    this.exited = new Promise((resolve) => {
      this.#end = resolve;
    });
    if (life.runMs !== undefined) this.#endAfter(life.runMs, { kind: 'exited', code: life.exitCode });
  }

  terminate(): void {
    this.#endAfter(this.#stopMs, { kind: 'signalled', signal: 'SIGTERM' });
  }

  destroy(): void {
    this.#endAfter(0, { kind: 'signalled', signal: 'SIGKILL' });
  }

  async run(): Promise<SideProcess> {
    return { exited: Promise.resolve({ kind: 'exited', code: this.healthy ? 0 : 1 }), kill: () => {} };
  }

  async statistics(): Promise<ContainerStatistics> {
    return { timestamp: this.#clock.now() / 1000 };
  }

  #endAfter(delayMs: number, exit: ContainerExit): void {
    this.#timer?.cancel();
    if (delayMs <= 0) this.#end(exit);
    else this.#timer = this.#clock.after(delayMs, () => this.#end(exit));
  }
}

/** Numbers from 0 to 1, always the same ones for a seed and a name (FNV-1a into mulberry32). */
function drawsOf(seed: number, name: string): () => number {
  let state = seed ^ 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    state = Math.imul(state ^ name.charCodeAt(index), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function within(span: Span, draw: number): number {
  return span.min + (span.max - span.min) * draw;
}
