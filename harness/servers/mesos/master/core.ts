import { every } from '../../../plumbing/clock.ts';
import type { MasterDoor, MasterEnd } from '../link.ts';
import type { SchedulerEvent } from '../v1.ts';
import type { SchedulerCall, Subscribe } from '../wire/scheduler-call.ts';
import { welcome } from './agents.ts';
import { MasterContext } from './context.ts';
import type { EventSink } from './entities.ts';
import { askToLeave } from './inverse-offers.ts';
import { allocate } from './offers.ts';
import { recoverRegistry } from './recovery.ts';
import { callProblem, type Reply, receiveCall } from './scheduler-calls.ts';
import { type OpenSink, type Subscription, subscribe } from './subscription.ts';

/**
 * The master without its sockets. Calls and messages go in, events come out; time is the clock's. The HTTP front and
 * simulations drive it alike.
 */
export class MasterCore implements MasterDoor {
  readonly context: MasterContext;

  constructor(parts: ConstructorParameters<typeof MasterContext>[0]) {
    this.context = new MasterContext(parts);
    recoverRegistry(this.context);
    const { clock, flags, timers } = this.context;
    timers.push(
      every(clock, flags.allocationIntervalMs, () => {
        allocate(this.context, 'all');
        askToLeave(this.context);
      }),
    );
  }

  /** What an agent dials. */
  connect(end: MasterEnd): void {
    if (this.context.stopped) throw new Error('the master has stopped');
    welcome(this.context, end);
  }

  /** Subscribes a scheduler. The call must have passed `callProblem`. */
  subscribe(call: Subscribe, openSink: OpenSink): Subscription {
    return subscribe(this.context, call, openSink);
  }

  /** Any call but SUBSCRIBE, as it would come over HTTP. */
  call(call: SchedulerCall, streamId: string | undefined): Reply {
    const problem = callProblem(call);
    if (problem !== null) {
      return { status: 400, message: `Failed to validate scheduler::Call: ${problem}` };
    }
    return receiveCall(this.context, call, streamId);
  }

  /**
   * Subscribes a scheduler in this process. Events arrive in order and never within the call that caused them, so
   * that `onEvent` may call back at will.
   */
  subscribeLocally(
    call: Subscribe,
    onEvent: (event: SchedulerEvent) => void,
    onClose: () => void = () => undefined,
  ): LocalScheduler {
    const sink: EventSink = {
      send: (event) => queueMicrotask(() => onEvent(event)),
      close: () => queueMicrotask(onClose),
    };
    const subscription = this.subscribe(call, () => sink);
    return {
      call: (body) => this.call(body, subscription.streamId),
      disconnect: () => subscription.disconnected(),
    };
  }

  /** Stops at once, as a crash would: streams and agents' wires break, the registry file stays. */
  stop(): void {
    const { context } = this;
    context.stopped = true;
    for (const timer of context.timers) timer.cancel();
    for (const framework of context.frameworks.values()) {
      framework.failoverTimer?.cancel();
      framework.connection?.heartbeat.cancel();
      framework.connection?.sink.close();
    }
    for (const offer of context.offers.values()) offer.timer?.cancel();
    for (const agent of context.agents.values()) {
      agent.pingTimer?.cancel();
      agent.reregisterTimer?.cancel();
      agent.end?.close();
    }
    context.registry.flush();
  }
}

/** A scheduler that speaks to the master in this process. */
export interface LocalScheduler {
  call(call: SchedulerCall): Reply;
  /** As if its stream broke. */
  disconnect(): void;
}
