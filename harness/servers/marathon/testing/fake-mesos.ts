import { randomUUID } from 'node:crypto';
import type { SchedulerEvent, TaskInfo, TaskStatus } from '../../mesos/v1.ts';
import type {
  OfferOperation,
  SchedulerCall,
  SchedulerConnection,
  StreamHandlers,
} from '../scheduler/connection.ts';
import { type FakeAgent, FakeOffers } from './fake-offers.ts';

interface FakeTask {
  readonly info: TaskInfo;
  readonly agentId: string;
  state: TaskStatus['state'];
  /** The update that waits for its acknowledgement, with what is to be sent after it. */
  awaited: string | null;
  readonly later: Omit<TaskStatus, 'task_id'>[];
  /** What the executor's check said last. */
  healthy?: boolean;
}

/** What becomes of a task by itself after it has started; `healthy` also passes its executor's check. */
export type TaskFate = 'runs' | 'healthy' | 'fails' | 'hangs';

/**
 * A Mesos of one framework, just true enough for the scheduler's side: coarse offers to roles that want them, one
 * update in flight per task, kills, reconciliation, lost agents, broken connections.
 */
export class FakeMesos implements SchedulerConnection {
  readonly tasks = new Map<string, FakeTask>();
  readonly calls: SchedulerCall[] = [];
  readonly #agents = new Map<string, FakeAgent>();
  readonly #lost = new Set<string>();
  #handlers: StreamHandlers | null = null;
  #frameworkId: string | undefined;
  #isOffering = false;
  /** Decides by the task; asked when it is launched. */
  fateOf: (task: TaskInfo) => TaskFate = () => 'runs';
  /** Called whenever a task has begun, moved on or ended. */
  onTaskChange: () => void = () => {};
  /** Called before a task that lives is told to end. */
  onKill: (taskId: string) => void = () => {};
  /** Tasks that were on an agent when it was lost: given up by the framework, and a surplus when they come back. */
  readonly onceLost = new Set<string>();
  /** How often a task has begun, moved on or ended. */
  taskChanges = 0;
  /** Called after every call of the framework. */
  onCall: () => void = () => {};
  readonly offers: FakeOffers;
  /** While set, subscriptions fail. */
  isDown = false;

  constructor(agents: readonly FakeAgent[]) {
    for (const [index, agent] of agents.entries()) this.#agents.set(`S${index}`, agent);
    this.offers = new FakeOffers(this.#agents);
  }

  async subscribe(
    framework: Parameters<SchedulerConnection['subscribe']>[0],
    suppressed: readonly string[],
    handlers: StreamHandlers,
  ): ReturnType<SchedulerConnection['subscribe']> {
    if (this.isDown) throw new Error('the master is down');
    this.#handlers?.onClose('Framework failed over');
    this.#frameworkId = framework.id?.value ?? this.#frameworkId ?? 'F-0000';
    this.#handlers = handlers;
    this.offers.reset((framework.roles ?? []).filter((role) => !suppressed.includes(role)));
    this.#send({
      type: 'SUBSCRIBED',
      subscribed: { framework_id: { value: this.#frameworkId }, heartbeat_interval_seconds: 15 },
    });
    for (const task of this.tasks.values()) task.awaited = null;
    for (const id of this.tasks.keys()) this.#deliver(id);
    this.#offerSoon();
    return {
      call: async (call) => {
        if (this.#handlers !== handlers) throw new Error('not the current stream');
        this.calls.push(call);
        setImmediate(() => {
          this.#take(call);
          this.onCall();
        });
      },
      close: () => {
        if (this.#handlers === handlers) this.disconnect('closed by the framework');
      },
    };
  }

  disconnect(reason = 'the connection broke'): void {
    const handlers = this.#handlers;
    this.#handlers = null;
    handlers?.onClose(reason);
  }

  /** Ids of tasks that run now, of one app or of all. */
  running(part = ''): readonly string[] {
    return [...this.tasks]
      .filter(([id, task]) => task.state === 'TASK_RUNNING' && id.includes(part))
      .map(([id]) => id);
  }

  /** The task ends by itself, or its health is reported. */
  report(taskId: string, status: Omit<TaskStatus, 'task_id'>): void {
    const task = this.tasks.get(taskId);
    if (task === undefined) throw new Error(`no task ${taskId}`);
    task.later.push(status);
    this.#deliver(taskId);
  }

  loseAgent(hostname: string): void {
    for (const [id, agent] of this.#agents) {
      if (agent.hostname !== hostname) continue;
      this.#lost.add(id);
      for (const [taskId, task] of this.tasks) {
        if (task.agentId !== id || !isAlive(task.state)) continue;
        this.onceLost.add(taskId);
        this.#update(taskId, { state: 'TASK_UNREACHABLE' });
      }
    }
  }

  /** The agent comes back with what it ran. */
  returnAgent(hostname: string): void {
    for (const [id, agent] of this.#agents) {
      if (agent.hostname !== hostname) continue;
      this.#lost.delete(id);
      for (const [taskId, task] of this.tasks) {
        if (task.agentId !== id || !isAlive(task.state)) continue;
        this.#update(taskId, { state: task.state, reason: 'REASON_AGENT_REREGISTERED' });
      }
    }
    this.offers.forgetDeclines();
    this.#offerSoon();
  }

  #take(call: SchedulerCall): void {
    switch (call.type) {
      case 'ACCEPT':
        for (const { value } of call.accept.offer_ids) this.#accept(value, call.accept.operations);
        return;
      case 'DECLINE':
        for (const { value } of call.decline.offer_ids) this.offers.decline(value);
        return;
      case 'REVIVE':
        this.offers.revive(call.revive.roles);
        this.#offerSoon();
        return;
      case 'SUPPRESS':
        this.offers.suppress(call.suppress.roles);
        return;
      case 'ACKNOWLEDGE': {
        const task = this.tasks.get(call.acknowledge.task_id.value);
        if (task?.awaited !== call.acknowledge.uuid) return;
        task.awaited = null;
        this.#deliver(call.acknowledge.task_id.value);
        return;
      }
      case 'KILL':
        this.#kill(call.kill.task_id.value);
        return;
      case 'RECONCILE':
        this.#reconcile(call.reconcile.tasks.map((task) => task.task_id.value));
        return;
      case 'UPDATE_FRAMEWORK':
      case 'TEARDOWN':
        return;
      default:
        return;
    }
  }

  #accept(offerId: string, operations: readonly OfferOperation[]): void {
    const offer = this.offers.accept(offerId);
    for (const info of operations.flatMap(tasksOf)) {
      const taskId = info.task_id.value;
      if (offer === undefined || this.#lost.has(offer.agent_id.value)) {
        this.#update(taskId, { state: 'TASK_DROPPED', reason: 'REASON_INVALID_OFFERS' });
        continue;
      }
      const task: FakeTask = {
        info,
        agentId: info.agent_id.value,
        state: 'TASK_STAGING',
        awaited: null,
        later: [{ state: 'TASK_STARTING' }],
      };
      const fate = this.fateOf(info);
      if (fate === 'runs' || fate === 'healthy') task.later.push({ state: 'TASK_RUNNING' });
      if (fate === 'healthy') task.later.push({ state: 'TASK_RUNNING', healthy: true });
      if (fate === 'fails')
        task.later.push({ state: 'TASK_FAILED', message: 'Command exited with status 1' });
      this.tasks.set(taskId, task);
      this.#noteTaskChange();
      this.#deliver(taskId);
    }
  }

  #kill(taskId: string): void {
    const task = this.tasks.get(taskId);
    if (task === undefined) this.#update(taskId, { state: 'TASK_UNKNOWN', reason: 'REASON_RECONCILIATION' });
    else if (isAlive(task.state) && !this.#lost.has(task.agentId)) {
      if (task.state !== 'TASK_KILLING') this.onKill(taskId);
      task.later.splice(0, task.later.length, { state: 'TASK_KILLING' }, { state: 'TASK_KILLED' });
      this.#deliver(taskId);
    }
  }

  #reconcile(ids: readonly string[]): void {
    for (const id of ids.length === 0 ? this.tasks.keys() : ids) {
      const task = this.tasks.get(id);
      const isLost = task !== undefined && this.#lost.has(task.agentId);
      const state = task === undefined ? 'TASK_UNKNOWN' : isLost ? 'TASK_UNREACHABLE' : task.state;
      const healthy = task?.healthy === undefined ? {} : { healthy: task.healthy };
      this.#update(id, { state, reason: 'REASON_RECONCILIATION', ...healthy });
    }
  }

  /** One update of a task is in flight at a time, as the agent's update manager has it. */
  #deliver(taskId: string): void {
    const task = this.tasks.get(taskId);
    if (task === undefined || task.awaited !== null || this.#handlers === null) return;
    if (this.#lost.has(task.agentId)) return;
    const next = task.later.shift();
    if (next === undefined) return;
    task.state = next.state;
    task.healthy = next.healthy ?? task.healthy;
    task.awaited = randomUUID();
    this.#update(taskId, { ...next, agent_id: { value: task.agentId }, uuid: task.awaited });
    if (!isAlive(next.state)) this.tasks.delete(taskId);
    this.#noteTaskChange();
    if (isAlive(next.state)) return;
    this.offers.forgetDeclines();
    this.#offerSoon();
  }

  #noteTaskChange(): void {
    this.taskChanges++;
    this.onTaskChange();
  }

  #update(taskId: string, status: Omit<TaskStatus, 'task_id'>): void {
    const agentId = this.tasks.get(taskId)?.agentId;
    const agent_id = agentId === undefined ? {} : { agent_id: { value: agentId } };
    this.#send({
      type: 'UPDATE',
      update: { status: { ...agent_id, ...status, task_id: { value: taskId } } },
    });
  }

  #send(event: SchedulerEvent): void {
    const handlers = this.#handlers;
    setImmediate(() => {
      if (handlers !== null && this.#handlers === handlers) handlers.onEvent(event);
    });
  }

  #offerSoon(): void {
    if (this.#isOffering) return;
    this.#isOffering = true;
    setImmediate(() => {
      this.#isOffering = false;
      const offers = this.offers.make(this.tasks.values(), (agentId) => !this.#lost.has(agentId));
      if (offers.length > 0) this.#send({ type: 'OFFERS', offers: { offers } });
    });
  }
}

function tasksOf(operation: OfferOperation): readonly TaskInfo[] {
  return operation.type === 'LAUNCH' ? operation.launch.task_infos : [];
}

function isAlive(state: TaskStatus['state']): boolean {
  return ['TASK_STAGING', 'TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING'].includes(state);
}
