import type { Clock } from '../../../plumbing/clock.ts';
import type { TaskStatus } from '../../mesos/v1.ts';
import type { EventBus } from '../events/bus.ts';
import { appIdOfTask, instanceIdOf } from '../offers/index.ts';
import { applyStatus, conditionOf, hasLiveTask, type Instance } from '../tracker/instance.ts';
import type { InstanceTracker } from '../tracker/tracker.ts';
import { isAlive } from '../views/index.ts';
import type { SchedulerCall } from './connection.ts';

export interface StatusUpdateOptions {
  readonly clock: Clock;
  readonly tracker: InstanceTracker;
  readonly bus: EventBus;
  /** The executor's own check has spoken; returns the instance with that in its health. */
  readonly withMesosHealth: (instance: Instance, status: TaskStatus) => Instance;
  /** Called after the update has been applied. */
  readonly onHeard: (taskId: string) => void;
}

/** What Mesos says about tasks, applied to the instances. Every update is acknowledged, known or not. */
export class StatusUpdates {
  readonly #options: StatusUpdateOptions;

  constructor(options: StatusUpdateOptions) {
    this.#options = options;
  }

  handle(status: TaskStatus, send: (call: SchedulerCall) => void): void {
    const { tracker } = this.#options;
    const instance = tracker.get(instanceIdOf(status.task_id.value) ?? '');
    if (instance?.taskId === status.task_id.value) {
      if (hasMissedKill(instance, status)) send(killCall(status));
      this.#apply(instance, status);
    } else {
      this.#refuse(status, send);
    }
    this.#options.onHeard(status.task_id.value);
    if (status.uuid === undefined || status.agent_id === undefined) return;
    send({
      type: 'ACKNOWLEDGE',
      acknowledge: { agent_id: status.agent_id, task_id: status.task_id, uuid: status.uuid },
    });
  }

  /** Every task is taken for gone, as Mesos would say of tasks that it has forgotten. */
  loseAll(message: string): void {
    for (const instance of [...this.#options.tracker.all()].filter(hasLiveTask)) {
      const taskId = instance.taskId ?? '';
      this.#apply(instance, { task_id: { value: taskId }, state: 'TASK_UNKNOWN', message });
    }
  }

  #apply(instance: Instance, status: TaskStatus): void {
    const { clock, tracker, withMesosHealth } = this.#options;
    if (!isAlive(instance.condition)) return;
    const moved = applyStatus(instance, status, clock);
    const after = moved.condition === 'Running' ? withMesosHealth(moved, status) : moved;
    if (isNews(instance, after, status)) tracker.put(after, status);
  }

  /** A task we do not know, or an earlier one of an instance, must not live on. */
  #refuse(status: TaskStatus, send: (call: SchedulerCall) => void): void {
    const condition = conditionOf(status);
    const { value } = status.task_id;
    if (isAlive(condition)) {
      if (condition === 'Unreachable' || condition === 'Killing') return;
      send(killCall(status));
      return;
    }
    const instanceId = instanceIdOf(value);
    const runSpecId = appIdOfTask(value);
    if (instanceId === undefined || runSpecId === undefined) return;
    this.#options.bus.publish({
      eventType: 'unknown_instance_terminated_event',
      instanceId,
      runSpecId,
      condition,
    });
  }
}

/** The kill was lost with a connection or a master: asked after it, Mesos says that the task just runs. */
function hasMissedKill({ condition }: Instance, { state, reason }: TaskStatus): boolean {
  return condition === 'Killing' && reason === 'REASON_RECONCILIATION' && state === 'TASK_RUNNING';
}

function killCall({ task_id, agent_id }: TaskStatus): SchedulerCall {
  return { type: 'KILL', kill: { task_id, ...(agent_id === undefined ? {} : { agent_id }) } };
}

/** Updates that say again what is known (reconciliation, resent ones) change nothing and are not announced. */
function isNews(before: Instance, after: Instance, status: TaskStatus): boolean {
  if (before.condition !== after.condition) return true;
  if (status.reason === 'REASON_RECONCILIATION' && before.startedAt === after.startedAt) {
    return before.health !== after.health;
  }
  return (
    before.startedAt !== after.startedAt ||
    before.health !== after.health ||
    status.state === 'TASK_KILLING' ||
    conditionOf(status) !== before.condition ||
    JSON.stringify(before.ipAddresses) !== JSON.stringify(after.ipAddresses)
  );
}
