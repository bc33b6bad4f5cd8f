import { randomBytes } from 'node:crypto';
import { VirtualClock } from '../../../../plumbing/clock.ts';
import { parseResources } from '../../allocator/resource-format.ts';
import { seeded } from '../../allocator/seeded.ts';
import type { MasterMessage, RunningTask } from '../../link.ts';
import { createLinkPair, type LinkPair } from '../../link-pair.ts';
import type {
  FrameworkInfo,
  Offer,
  Resource,
  SchedulerEvent,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '../../v1.ts';
import type { Operation, SchedulerCall, SchedulerCallType } from '../../wire/scheduler-call.ts';
import { type LocalScheduler, MasterCore } from '../core.ts';
import { defaultFlags, type MasterFlags } from '../flags.ts';
import { Registry } from '../registry.ts';

/** A master in virtual time, with agents that do nothing by themselves and schedulers that remember what they heard. */
export class Rig {
  readonly clock = new VirtualClock(1_700_000_000_000);
  readonly registry = Registry.inMemory();
  readonly flags: MasterFlags;
  core: MasterCore;

  constructor(flags: Partial<MasterFlags> = {}) {
    this.flags = { ...defaultFlags, random: seeded(1), ...flags };
    this.core = this.#start();
  }

  async agent(
    resources = 'cpus:4;mem:4096;disk:10240;ports:[31000-32000]',
    more: Partial<AgentParts> = {},
  ): Promise<FakeAgent> {
    const agent = new FakeAgent(this, { resources, hostname: 'host', ip: '127.0.0.1', ...more });
    agent.register();
    await this.settle();
    return agent;
  }

  async framework(
    info: Partial<FrameworkInfo> = {},
    suppressed: readonly string[] = [],
  ): Promise<FakeScheduler> {
    const scheduler = new FakeScheduler(this, { user: 'nobody', name: 'test', ...info }, suppressed);
    await this.settle();
    return scheduler;
  }

  /** Lets everything that is due happen, without time passing. */
  async settle(): Promise<void> {
    await this.clock.advance(0);
  }

  /** A new master takes over with what the registry kept. */
  async failOver(): Promise<void> {
    this.core.stop();
    this.core = this.#start();
    await this.settle();
  }

  #start(): MasterCore {
    return new MasterCore({
      clock: this.clock,
      flags: this.flags,
      address: { hostname: '127.0.0.1', ip: '127.0.0.1', port: 5050 },
      registry: this.registry,
      log: () => undefined,
    });
  }
}

interface AgentParts {
  readonly resources: string;
  readonly hostname: string;
  readonly ip: string;
  readonly machine?: string;
}

export class FakeAgent {
  id = '';
  readonly received: MasterMessage[] = [];
  answersPings = true;
  closed = false;
  readonly #rig: Rig;
  readonly #parts: AgentParts;
  #pair: LinkPair | null = null;

  constructor(rig: Rig, parts: AgentParts) {
    this.#rig = rig;
    this.#parts = parts;
  }

  /** Dials and registers; with an id and what it runs when it has been registered before. */
  register(tasks: readonly RunningTask[] = []): void {
    const pair = createLinkPair(this.#rig.clock);
    this.#pair = pair;
    this.closed = false;
    pair.agentEnd.listen({
      onMessage: (message) => {
        this.received.push(message);
        if (message.kind === 'registered') this.id = message.agentId;
        if (message.kind === 'ping' && this.answersPings) pair.agentEnd.send({ kind: 'pong' });
      },
      onClose: () => {
        this.closed = true;
      },
    });
    this.#rig.core.connect(pair.masterEnd);
    const { resources, hostname, ip, machine } = this.#parts;
    pair.agentEnd.send({
      kind: 'register',
      agent: {
        hostname,
        port: 5051,
        pid: `slave(1)@${ip}:5051`,
        resources: parseResources(resources),
        attributes: [],
        ...(machine === undefined ? {} : { machine }),
        version: '1.12.0',
        capabilities: ['AGENT_DRAINING', 'TASK_RESOURCE_LIMITS'],
      },
      ...(this.id === '' ? {} : { known: { agentId: this.id, tasks } }),
    });
  }

  hangUp(): void {
    this.#pair?.agentEnd.close();
  }

  /** Sends an update with a uuid, which it returns. */
  update(scheduler: FakeScheduler, taskId: string, state: TaskState, more: Partial<TaskStatus> = {}): string {
    const status = this.status(taskId, state, more);
    this.#pair?.agentEnd.send({ kind: 'status-update', frameworkId: scheduler.id, status, latest: state });
    return status.uuid ?? '';
  }

  status(taskId: string, state: TaskState, more: Partial<TaskStatus> = {}): TaskStatus {
    return {
      task_id: { value: taskId },
      state,
      source: 'SOURCE_EXECUTOR',
      agent_id: { value: this.id },
      timestamp: this.#rig.clock.now() / 1000,
      uuid: randomBytes(16).toString('base64'),
      ...more,
    };
  }

  executorExited(scheduler: FakeScheduler, executorId: string, status: number): void {
    this.#pair?.agentEnd.send({ kind: 'executor-exited', frameworkId: scheduler.id, executorId, status });
  }

  messages<K extends MasterMessage['kind']>(kind: K): Extract<MasterMessage, { kind: K }>[] {
    return this.received.filter(
      (message): message is Extract<MasterMessage, { kind: K }> => message.kind === kind,
    );
  }
}

export class FakeScheduler {
  readonly events: SchedulerEvent[] = [];
  closed = false;
  id: string;
  readonly #rig: Rig;
  readonly #driver: LocalScheduler;

  constructor(rig: Rig, info: FrameworkInfo, suppressed: readonly string[]) {
    this.#rig = rig;
    this.id = info.id?.value ?? '';
    this.#driver = rig.core.subscribeLocally(
      { framework_info: info, suppressed_roles: suppressed },
      (event) => {
        this.events.push(event);
        if (event.type === 'SUBSCRIBED') this.id = event.subscribed.framework_id.value;
      },
      () => {
        this.closed = true;
      },
    );
  }

  /** Makes a call and lets its effects happen. */
  async call(
    type: SchedulerCallType,
    body: Omit<SchedulerCall, 'type' | 'framework_id'> = {},
  ): Promise<number> {
    const { status } = this.#driver.call({ type, framework_id: { value: this.id }, ...body });
    await this.#rig.settle();
    return status;
  }

  async accept(
    offers: readonly Offer[],
    operations: readonly Operation[],
    refuseSeconds?: number,
  ): Promise<number> {
    return this.call('ACCEPT', {
      accept: {
        offer_ids: offers.map(({ id }) => id),
        operations,
        ...(refuseSeconds === undefined ? {} : { filters: { refuse_seconds: refuseSeconds } }),
      },
    });
  }

  async launch(offer: Offer, ...tasks: readonly TaskInfo[]): Promise<number> {
    return this.accept([offer], [{ type: 'LAUNCH', launch: { task_infos: tasks } }]);
  }

  async disconnect(): Promise<void> {
    this.#driver.disconnect();
    await this.#rig.settle();
  }

  /** The events of one type, oldest first. */
  of<T extends SchedulerEvent['type']>(type: T): Extract<SchedulerEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<SchedulerEvent, { type: T }> => event.type === type);
  }

  get offers(): Offer[] {
    return this.of('OFFERS').flatMap(({ offers }) => offers.offers);
  }

  /** The newest offer; throws when there is none. */
  get offer(): Offer {
    const offer = this.offers.at(-1);
    if (offer === undefined) throw new Error('the scheduler has no offer');
    return offer;
  }

  get statuses(): TaskStatus[] {
    return this.of('UPDATE').map(({ update }) => update.status);
  }

  get status(): TaskStatus {
    const status = this.statuses.at(-1);
    if (status === undefined) throw new Error('the scheduler has no status update');
    return status;
  }

  async acknowledge(status: TaskStatus): Promise<number> {
    const { agent_id, task_id, uuid = '' } = status;
    return this.call('ACKNOWLEDGE', { acknowledge: { agent_id: agent_id ?? { value: '' }, task_id, uuid } });
  }
}

export function scalar(name: string, value: number): Resource {
  return { name, type: 'SCALAR', scalar: { value } };
}

/** A command task for the agent of an offer. */
export function taskFor(offer: Offer, id: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: offer.agent_id,
    command: { value: 'true' },
    resources: [scalar('cpus', 1), scalar('mem', 128)],
    ...more,
  };
}
