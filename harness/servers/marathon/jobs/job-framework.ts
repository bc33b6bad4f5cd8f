import type { Clock } from '../../../plumbing/clock.ts';
import type { FrameworkInfo, Offer, SchedulerEvent, TaskInfo, TaskStatus } from '../../mesos/v1.ts';
import type { AppDefinition } from '../definition/index.ts';
import { buildTask, matchOffer, type RandomSource, remainderOf } from '../offers/index.ts';
import type { SchedulerConnection } from '../scheduler/connection.ts';
import { RoleOffers } from '../scheduler/roles.ts';
import { SchedulerSession } from '../scheduler/session.ts';

const refuseSeconds = 120;

/** A task that waits for an offer. */
export interface WaitingTask {
  readonly app: AppDefinition;
  readonly taskId: string;
}

/** What the framework asks of, and tells, those who keep the runs. */
export interface JobFrameworkOptions {
  readonly connection: SchedulerConnection;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly secrets: Readonly<Record<string, string>>;
  readonly identity: Pick<FrameworkInfo, 'name' | 'user' | 'hostname' | 'principal' | 'failover_timeout'>;
  readonly frameworkId: () => string | null;
  readonly onFrameworkId: (id: string | null) => void;
  /** Tasks that may be launched now. */
  readonly waiting: () => readonly WaitingTask[];
  /** Tasks that live, as far as we know. */
  readonly live: () => readonly { readonly taskId: string; readonly agentId: string }[];
  /** Called before the master hears of the launch, so that it can be written down. */
  readonly onLaunch: (task: { readonly taskId: string; readonly agentId: string }) => void;
  readonly onStatus: (status: TaskStatus) => void;
  /** The task can never be built as it is: a secret is missing. */
  readonly onUnlaunchable: (taskId: string, reason: string) => void;
  readonly onLog: (line: { readonly level: 'info' | 'warn'; readonly text: string }) => void;
}

/** Jobs' own side of the scheduler API. It subscribes when the first task waits, so that a cluster without jobs never sees it. */
export class JobFramework {
  readonly #options: JobFrameworkOptions;
  readonly #session: SchedulerSession;
  readonly #roles: RoleOffers;
  #isStarted = false;

  constructor(options: JobFrameworkOptions) {
    this.#options = options;
    this.#session = new SchedulerSession({
      connection: options.connection,
      clock: options.clock,
      subscription: () => {
        this.#roles.refresh();
        return { framework: this.#info(), suppressedRoles: this.#roles.suppressed };
      },
      onEvent: (event) => this.#onEvent(event),
      onDisconnected: (reason) =>
        options.onLog({ level: 'warn', text: `jobs are not connected to the master: ${reason}` }),
      onCallFailed: (_call, error) => {
        options.onLog({
          level: 'warn',
          text: `the master did not take a call of the jobs: ${String(error)}`,
        });
        options.clock.after(1_000, () => this.#reconcile());
      },
    });
    this.#roles = new RoleOffers({
      clock: options.clock,
      send: (call) => this.#session.send(call),
      wants: () => options.waiting().length > 0,
      onNewRole: () => {},
    });
  }

  /** Something waits: offers are wanted. */
  want(): void {
    this.start();
    this.#roles.want('*');
  }

  /** Subscribes, unless that has been done. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#session.start();
  }

  /** The master keeps the tasks for the failover timeout. */
  stop(): void {
    this.#roles.stop();
    if (this.#isStarted) this.#session.stop();
  }

  kill({ taskId, agentId }: { readonly taskId: string; readonly agentId: string }): void {
    this.#session.send({ type: 'KILL', kill: { task_id: { value: taskId }, agent_id: { value: agentId } } });
  }

  #info(): FrameworkInfo {
    const id = this.#options.frameworkId();
    return {
      ...this.#options.identity,
      ...(id === null ? {} : { id: { value: id } }),
      checkpoint: true,
      roles: ['*'],
      capabilities: ['MULTI_ROLE', 'PARTITION_AWARE'].map((type) => ({ type })),
    };
  }

  #onEvent(event: SchedulerEvent): void {
    switch (event.type) {
      case 'SUBSCRIBED':
        this.#options.onFrameworkId(event.subscribed.framework_id.value);
        this.#reconcile();
        if (this.#options.waiting().length > 0) this.#roles.want('*');
        return;
      case 'OFFERS':
        for (const offer of event.offers.offers) this.#useOffer(offer);
        this.#roles.settle();
        return;
      case 'UPDATE':
        this.#onUpdate(event.update.status);
        return;
      case 'ERROR':
        this.#options.onLog({ level: 'warn', text: `the master refused the jobs: ${event.error.message}` });
        if (/has been removed|completed framework/i.test(event.error.message))
          this.#options.onFrameworkId(null);
        return;
      default:
        return;
    }
  }

  #onUpdate(status: TaskStatus): void {
    this.#options.onStatus(status);
    if (status.uuid === undefined || status.agent_id === undefined) return;
    this.#session.send({
      type: 'ACKNOWLEDGE',
      acknowledge: { agent_id: status.agent_id, task_id: status.task_id, uuid: status.uuid },
    });
  }

  #reconcile(): void {
    const tasks = this.#options.live().map(({ taskId, agentId }) => ({
      task_id: { value: taskId },
      agent_id: { value: agentId },
    }));
    if (tasks.length > 0) this.#session.send({ type: 'RECONCILE', reconcile: { tasks } });
  }

  #useOffer(offer: Offer): void {
    const { clock, random, waiting, onLaunch } = this.#options;
    const tasks: TaskInfo[] = [];
    let left = offer;
    for (const { app, taskId } of waiting()) {
      const match = matchOffer(app, left, { placed: [], random, now: clock.now() });
      if (match.kind === 'refused') continue;
      const task = this.#build({ app, offer: left, match, taskId });
      if (task === undefined) continue;
      onLaunch({ taskId, agentId: offer.agent_id.value });
      tasks.push(task);
      left = remainderOf(left, task.resources);
    }
    const filters = { refuse_seconds: refuseSeconds };
    if (tasks.length === 0) {
      this.#session.send({ type: 'DECLINE', decline: { offer_ids: [offer.id], filters } });
      return;
    }
    const operations = [{ type: 'LAUNCH' as const, launch: { task_infos: tasks } }];
    this.#session.send({ type: 'ACCEPT', accept: { offer_ids: [offer.id], operations, filters } });
  }

  #build(order: Omit<Parameters<typeof buildTask>[0], 'secrets'>): TaskInfo | undefined {
    try {
      return buildTask({ ...order, secrets: this.#options.secrets });
    } catch (error) {
      this.#options.onUnlaunchable(order.taskId, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
}
