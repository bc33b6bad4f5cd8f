import type { Clock } from '../../../plumbing/clock.ts';
import type { FrameworkInfo, SchedulerEvent } from '../../mesos/v1.ts';
import type { EventBus } from '../events/bus.ts';
import type { RandomSource } from '../offers/index.ts';
import type { StateStore } from '../store/state-store.ts';
import { hasLiveTask, type Instance } from '../tracker/instance.ts';
import type { InstanceTracker } from '../tracker/tracker.ts';
import type { SchedulerCall, SchedulerConnection } from './connection.ts';
import type { LaunchQueue } from './launch-queue.ts';
import type { Leftovers } from './leftovers.ts';
import { handleOffers } from './offers.ts';
import { RoleOffers } from './roles.ts';
import { SchedulerSession } from './session.ts';
import type { StatusUpdates } from './status-updates.ts';

/** Tasks asked about in one call: a call for 10,000 would hold up everything behind it. */
const reconcileBatch = 1000;
const reconcileEveryMs = 600_000;

export interface FrameworkOptions {
  readonly connection: SchedulerConnection;
  readonly clock: Clock;
  readonly tracker: InstanceTracker;
  readonly queue: LaunchQueue;
  readonly leftovers: Leftovers;
  readonly newUuid: () => string;
  readonly updates: StatusUpdates;
  readonly store: StateStore;
  readonly bus: EventBus;
  readonly random: RandomSource;
  readonly secrets: Readonly<Record<string, string>>;
  readonly identity: Pick<FrameworkInfo, 'name' | 'user' | 'hostname' | 'principal' | 'failover_timeout'>;
  /** The subscription stands, and Mesos has been asked about every task. */
  readonly onSubscribed: () => void;
  readonly onLog: (line: { readonly level: 'info' | 'warn'; readonly text: string }) => void;
}

/** Our side of the scheduler API: the subscription, offers in, tasks out, and what Mesos says about them. */
export class Framework {
  readonly #options: FrameworkOptions;
  readonly #session: SchedulerSession;
  readonly roles: RoleOffers;
  #hasSubscribed = false;
  /** Roles that the subscription under way names. */
  #rolesSent = 0;
  #master = '';

  constructor(options: FrameworkOptions) {
    const { connection, clock } = options;
    this.#options = options;
    this.#session = new SchedulerSession({
      connection,
      clock,
      subscription: () => {
        this.roles.refresh();
        this.#rolesSent = this.roles.all.length;
        return { framework: this.#info(), suppressedRoles: this.roles.suppressed };
      },
      onEvent: (event) => this.#onEvent(event),
      onDisconnected: (reason) => this.#onDisconnected(reason),
      onCallFailed: (call, error) => this.#onCallFailed(call, error),
    });
    this.roles = new RoleOffers({
      clock,
      send: (call) => this.#session.send(call),
      wants: (role) => this.#wants(role),
      onNewRole: () => this.#update(),
    });
  }

  get connected(): boolean {
    return this.#session.connected;
  }

  /** `host:port` of the leading master; empty before the first subscription. */
  get master(): string {
    return this.#master;
  }

  start(): void {
    this.#session.start();
  }

  /** The master keeps the framework, and its tasks, for the failover timeout. */
  stop(): void {
    this.roles.stop();
    this.#session.stop();
  }

  resubscribe(): void {
    this.#session.resubscribe();
  }

  kill(taskId: string, agentId: string | undefined): void {
    this.#session.send({
      type: 'KILL',
      kill: {
        task_id: { value: taskId },
        ...(agentId === undefined ? {} : { agent_id: { value: agentId } }),
      },
    });
  }

  /** Asks about every task we know of, and then about those the master knows of. */
  reconcile(): void {
    const known = [...this.#options.tracker.all()].filter(hasLiveTask).map(taskReference);
    for (let at = 0; at < known.length; at += reconcileBatch) {
      this.#session.send({
        type: 'RECONCILE',
        reconcile: { tasks: known.slice(at, at + reconcileBatch) },
      });
    }
    this.#session.send({ type: 'RECONCILE', reconcile: { tasks: [] } });
  }

  get reconcileEveryMs(): number {
    return reconcileEveryMs;
  }

  #info(): FrameworkInfo {
    const id = this.#options.store.frameworkId;
    return {
      ...this.#options.identity,
      ...(id === null ? {} : { id: { value: id } }),
      checkpoint: true,
      roles: this.roles.all,
      capabilities: ['MULTI_ROLE', 'PARTITION_AWARE', 'TASK_KILLING_STATE'].map((type) => ({ type })),
    };
  }

  #update(): void {
    if (!this.#hasSubscribed) return;
    this.#session.send({
      type: 'UPDATE_FRAMEWORK',
      update_framework: { framework_info: this.#info(), suppressed_roles: this.roles.suppressed },
    });
  }

  #onEvent(event: SchedulerEvent): void {
    switch (event.type) {
      case 'SUBSCRIBED':
        this.#onSubscribed(event.subscribed);
        return;
      case 'OFFERS':
        this.#onOffers(event);
        return;
      case 'UPDATE':
        this.#options.updates.handle(event.update.status, (call) => this.#session.send(call));
        return;
      case 'MESSAGE':
        this.#options.bus.publish({
          eventType: 'framework_message_event',
          executorId: event.message.executor_id.value,
          slaveId: event.message.agent_id.value,
          message: [...Buffer.from(event.message.data, 'base64')],
        });
        return;
      case 'ERROR':
        this.#onError(event.error.message);
        return;
      // Offers are answered the moment they come, so there is nothing to rescind; lost agents show in task updates.
      case 'RESCIND':
      case 'FAILURE':
      case 'HEARTBEAT':
        return;
      default:
        return;
    }
  }

  #onSubscribed(subscribed: (SchedulerEvent & { type: 'SUBSCRIBED' })['subscribed']): void {
    const { store, bus } = this.#options;
    const frameworkId = subscribed.framework_id.value;
    const isNew = store.frameworkId !== frameworkId;
    this.#master = masterOf(subscribed.master_info);
    this.#hasSubscribed = true;
    store.setFrameworkId(frameworkId);
    store.flush();
    if (isNew) bus.publish({ eventType: 'scheduler_registered_event', frameworkId, master: this.#master });
    else bus.publish({ eventType: 'scheduler_reregistered_event', master: this.#master });
    this.reconcile();
    this.#options.onSubscribed();
    this.#catchUp();
  }

  /** Roles and wishes that came up while the subscription was under way. */
  #catchUp(): void {
    if (this.roles.all.length > this.#rolesSent) this.#update();
    for (const role of this.roles.all) if (this.#wants(role)) this.roles.want(role);
  }

  /** Something waits to be launched, or to be given back. */
  #wants(role: string): boolean {
    return this.#options.queue.wants(role) || this.#options.leftovers.wants(role);
  }

  #onOffers({ offers }: SchedulerEvent & { type: 'OFFERS' }): void {
    const { clock, tracker, queue, leftovers, newUuid, random, secrets, store, identity, onLog } =
      this.#options;
    const hungry = handleOffers(offers.offers, {
      clock,
      tracker,
      queue,
      leftovers,
      frameworkId: store.frameworkId ?? '',
      principal: identity.principal,
      newUuid,
      random,
      secrets,
      send: (call) => this.#session.send(call),
      persist: () => store.flush(),
      onLog,
    });
    for (const role of hungry) this.roles.want(role);
    this.roles.settle();
  }

  /** An id the master has given up cannot be used again: the tasks are gone with it, and we begin anew. */
  #onError(message: string): void {
    const { store, onLog } = this.#options;
    onLog({ level: 'warn', text: `the master refused the framework: ${message}` });
    if (/has been removed|completed framework/i.test(message)) {
      store.setFrameworkId(null);
      this.#options.updates.loseAll('the framework was removed from the master');
    }
    if (/failed over/i.test(message)) this.#session.stop();
  }

  #onDisconnected(reason: string): void {
    this.#options.onLog({ level: 'warn', text: `not connected to the master: ${reason}` });
    if (this.#hasSubscribed) this.#options.bus.publish({ eventType: 'scheduler_disconnected_event' });
  }

  /** What became of the tasks of a call that was not taken is found out by asking. */
  #onCallFailed(call: SchedulerCall, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.#options.onLog({ level: 'warn', text: `the master did not take a call: ${text}` });
    if (call.type === 'ACCEPT' || call.type === 'RECONCILE') {
      this.#options.clock.after(1_000, () => this.reconcile());
    }
  }
}

function taskReference({ taskId, agentId }: Instance): {
  task_id: { value: string };
  agent_id?: { value: string };
} {
  return {
    task_id: { value: taskId ?? '' },
    ...(agentId === undefined ? {} : { agent_id: { value: agentId } }),
  };
}

function masterOf(info: Record<string, unknown> | undefined): string {
  const { hostname, port } = info ?? {};
  return typeof hostname === 'string' ? `${hostname}:${port}` : '';
}
