import type { Clock, Timer } from '../../../plumbing/clock.ts';
import type {
  AgentDescription,
  AgentEnd,
  AgentMessage,
  MasterDoor,
  MasterMessage,
  RunningTask,
} from '../link.ts';
import { createLinkPair, type LinkPair, type WireCondition } from '../link-pair.ts';

const firstRetryMs = 50;
const longestRetryMs = 1000;

export interface RegistrationOptions {
  readonly master: MasterDoor;
  readonly clock: Clock;
  readonly description: AgentDescription;
  /** What the agent runs, which it reports when it registers again. */
  readonly runningTasks: () => readonly RunningTask[];
  readonly onRegistered: (agentId: string) => void;
  readonly onMessage: (message: Exclude<MasterMessage, { kind: 'registered' | 'ping' }>) => void;
}

/** Keeps an agent registered: dials, dials again when the wire breaks, answers pings, and remembers the agent's id. */
export class Registration {
  readonly #options: RegistrationOptions;
  #agentId: string | undefined;
  #pair: LinkPair | null = null;
  #condition: WireCondition = { kind: 'sound' };
  #retry: Timer | null = null;
  #retryMs = firstRetryMs;
  #registered = false;
  #stopped = true;

  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  get agentId(): string | undefined {
    return this.#agentId;
  }

  get registered(): boolean {
    return this.#registered;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#dial();
  }

  /** Lost while the agent is not registered; whoever needs delivery sends again after `onRegistered`. */
  send(message: AgentMessage): void {
    if (this.#registered) this.#pair?.agentEnd.send(message);
  }

  setCondition(condition: WireCondition): void {
    this.#condition = condition;
    this.#pair?.setCondition(condition);
  }

  /** Hangs up; {@link start} dials again, with the same id unless `forget` is set. */
  stop(options?: { readonly forget: boolean }): void {
    this.#stopped = true;
    this.#registered = false;
    this.#retry?.cancel();
    const pair = this.#pair;
    this.#pair = null;
    pair?.agentEnd.close();
    if (options?.forget === true) this.#agentId = undefined;
  }

  #dial(): void {
    const { master, clock, description, runningTasks } = this.#options;
    const pair = createLinkPair(clock);
    pair.setCondition(this.#condition);
    this.#pair = pair;
    this.#listen(pair, pair.agentEnd);
    try {
      if (this.#condition.kind === 'cut') throw new Error('the network is cut');
      master.connect(pair.masterEnd);
    } catch {
      this.#dialLater();
      return;
    }
    const agentId = this.#agentId;
    const known = agentId === undefined ? undefined : { agentId, tasks: runningTasks() };
    pair.agentEnd.send({ kind: 'register', agent: description, known });
    // The answer may get lost on a bad wire; then the agent hangs up and tries again.
    this.#retry = clock.after(Math.max(1000, this.#retryMs), () => {
      if (this.#registered || this.#pair !== pair) return;
      this.#pair = null;
      pair.agentEnd.close();
      this.#dialLater();
    });
  }

  #listen(pair: LinkPair, end: AgentEnd): void {
    end.listen({
      onMessage: (message) => {
        if (this.#pair !== pair) return;
        if (message.kind === 'ping') end.send({ kind: 'pong' });
        else if (message.kind === 'registered') this.#onRegistered(message.agentId);
        else this.#options.onMessage(message);
      },
      onClose: () => {
        if (this.#pair !== pair) return;
        this.#pair = null;
        this.#registered = false;
        this.#dialLater();
      },
    });
  }

  #onRegistered(agentId: string): void {
    this.#retry?.cancel();
    this.#retryMs = firstRetryMs;
    this.#registered = true;
    this.#agentId = agentId;
    this.#options.onRegistered(agentId);
  }

  #dialLater(): void {
    this.#retry?.cancel();
    if (this.#stopped) return;
    this.#retry = this.#options.clock.after(this.#retryMs, () => this.#dial());
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }
}
