import type { Clock, Timer } from '../../plumbing/clock.ts';
import type { AgentEnd, LinkEnd, MasterEnd } from './link.ts';

/** What a fault does to a wire while it stands. */
export type WireCondition =
  | { readonly kind: 'sound' }
  /** Messages are lost in both directions, and neither end learns that the other closed. */
  | { readonly kind: 'cut' }
  /** Messages arrive in order, `delayMs` late. */
  | { readonly kind: 'slow'; readonly delayMs: number };

export interface LinkPair {
  readonly agentEnd: AgentEnd;
  readonly masterEnd: MasterEnd;
  /** Takes effect for what is sent from now on. Healing a cut tells each end if the other has closed meanwhile. */
  setCondition(condition: WireCondition): void;
}

/** A wire in this process: messages are handed over in order, never within the call that sends them. */
export function createLinkPair(clock: Clock): LinkPair {
  const toMaster = new Direction<unknown>(clock);
  const toAgent = new Direction<unknown>(clock);
  const agentEnd = new End(toMaster, toAgent) as AgentEnd;
  const masterEnd = new End(toAgent, toMaster) as MasterEnd;
  return {
    agentEnd,
    masterEnd,
    setCondition: (condition) => {
      toMaster.setCondition(condition);
      toAgent.setCondition(condition);
    },
  };
}

/** One direction of a wire: a queue that its receiving end drains. */
class Direction<Message> {
  readonly #clock: Clock;
  #condition: WireCondition = { kind: 'sound' };
  /** Arrived, waiting for someone to listen. */
  #queue: Message[] = [];
  #draining = false;
  /** On the way, oldest first. A timer that fires delivers the oldest, so order holds when a delay changes. */
  #underWay: (() => void)[] = [];
  #timers = new Set<Timer>();
  #closedBySender = false;
  onMessage: ((message: Message) => void) | null = null;
  onSenderClosed: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  setCondition(condition: WireCondition): void {
    this.#condition = condition;
    if (condition.kind !== 'cut' && this.#closedBySender) this.#later(() => this.onSenderClosed?.());
  }

  send(message: Message): void {
    if (this.#condition.kind === 'cut') return;
    this.#later(() => {
      this.#queue.push(message);
      this.#drain();
    });
  }

  senderClosed(): void {
    this.#closedBySender = true;
    if (this.#condition.kind !== 'cut') this.#later(() => this.onSenderClosed?.());
  }

  /** Hands over what came before anyone listened. */
  flush(): void {
    if (this.#queue.length > 0) queueMicrotask(() => this.#drain());
  }

  stop(): void {
    this.onMessage = null;
    this.onSenderClosed = null;
    this.#queue = [];
    this.#underWay = [];
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #later(action: () => void): void {
    this.#underWay.push(action);
    const arrive = (): void => this.#underWay.shift()?.();
    if (this.#condition.kind !== 'slow') {
      queueMicrotask(arrive);
      return;
    }
    const timer = this.#clock.after(this.#condition.delayMs, () => {
      this.#timers.delete(timer);
      arrive();
    });
    this.#timers.add(timer);
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (this.onMessage !== null) {
        const message = this.#queue.shift();
        if (message === undefined) return;
        this.onMessage(message);
      }
    } finally {
      this.#draining = false;
    }
  }
}

class End implements LinkEnd<unknown, unknown> {
  readonly #outgoing: Direction<unknown>;
  readonly #incoming: Direction<unknown>;
  #onClose: (() => void) | null = null;
  #closed = false;

  constructor(outgoing: Direction<unknown>, incoming: Direction<unknown>) {
    this.#outgoing = outgoing;
    this.#incoming = incoming;
    incoming.onSenderClosed = () => this.#finish();
  }

  send(message: unknown): void {
    if (!this.#closed) this.#outgoing.send(message);
  }

  listen(handlers: { onMessage: (message: unknown) => void; onClose: () => void }): void {
    this.#onClose = handlers.onClose;
    this.#incoming.onMessage = handlers.onMessage;
    if (this.#closed) queueMicrotask(() => this.#report());
    else this.#incoming.flush();
  }

  close(): void {
    if (this.#closed) return;
    this.#outgoing.senderClosed();
    this.#finish();
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#incoming.stop();
    queueMicrotask(() => this.#report());
  }

  #report(): void {
    const onClose = this.#onClose;
    this.#onClose = null;
    onClose?.();
  }
}
