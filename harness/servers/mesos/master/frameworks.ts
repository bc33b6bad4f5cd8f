import { every } from '../../../plumbing/clock.ts';
import type { FrameworkTraits } from '../allocator/accounts.ts';
import { type Quantities, quantitiesOf } from '../allocator/quantities.ts';
import type { FrameworkInfo } from '../v1.ts';
import { BoundedMap } from './bounded-map.ts';
import type { MasterContext } from './context.ts';
import type { Connection, EventSink, Framework } from './entities.ts';
import { rescindInverseOffers } from './inverse-offers.ts';
import { rescindOffer, returnOffer } from './offers.ts';
import { rolesOf } from './roles.ts';
import { masterStatus, sendTo } from './stream.ts';
import { complete, removeExecutor, removeTask, updateTask } from './tasks.ts';

/** Books a framework; it gets no offers before it is connected. */
export function addFramework(
  context: MasterContext,
  info: FrameworkInfo & { readonly id: { readonly value: string } },
  options: { readonly suppressed: ReadonlySet<string>; readonly recovered: boolean },
): Framework {
  const framework: Framework = {
    id: info.id.value,
    info,
    roles: rolesOf(info),
    suppressed: options.suppressed,
    capabilities: capabilitiesOf(info),
    connection: null,
    recovered: options.recovered,
    failoverTimer: null,
    registeredAt: context.clock.now(),
    reregisteredAt: null,
    unregisteredAt: null,
    tasks: new Map(),
    unreachableTasks: new BoundedMap(context.flags.maxUnreachableTasksPerFramework),
    completedTasks: new BoundedMap(context.flags.maxCompletedTasksPerFramework),
    offers: new Set(),
    calls: new Map(),
  };
  context.frameworks.set(framework.id, framework);
  context.allocator.addFramework(framework.id, traitsOf(framework), false);
  return framework;
}

function capabilitiesOf(info: FrameworkInfo): ReadonlySet<string> {
  return new Set((info.capabilities ?? []).map(({ type }) => type ?? 'UNKNOWN'));
}

function traitsOf({ info, roles, suppressed, capabilities }: Framework): FrameworkTraits {
  if (info.offer_filters === undefined) return { roles, suppressed, capabilities };
  const minimum = new Map<string, readonly Quantities[]>();
  for (const [role, { min_allocatable_resources: least }] of Object.entries(info.offer_filters)) {
    if (least !== undefined)
      minimum.set(
        role,
        (least.quantities ?? []).map(({ quantities }) => quantitiesIn(quantities)),
      );
  }
  return { roles, suppressed, capabilities, minimum };
}

function quantitiesIn(scalars: Readonly<Record<string, { readonly value: number }>> = {}): Quantities {
  return quantitiesOf(Object.fromEntries(Object.entries(scalars).map(([name, { value }]) => [name, value])));
}

/** Opens the stream of events; offers follow with the next allocation. */
export function connect(
  context: MasterContext,
  framework: Framework,
  streamId: string,
  sink: EventSink,
): Connection {
  framework.failoverTimer?.cancel();
  framework.failoverTimer = null;
  framework.recovered = false;
  const heartbeat = every(context.clock, context.flags.heartbeatIntervalMs, () =>
    sink.send({ type: 'HEARTBEAT' }),
  );
  const connection = { streamId, sink, heartbeat };
  framework.connection = connection;
  return connection;
}

/** Changes what may change of a framework. Offers in roles it left are rescinded. */
export function updateFramework(
  context: MasterContext,
  framework: Framework,
  info: FrameworkInfo,
  suppressed: ReadonlySet<string>,
): void {
  framework.info = { ...info, id: { value: framework.id } };
  framework.roles = rolesOf(info);
  framework.suppressed = suppressed;
  framework.capabilities = capabilitiesOf(info);
  for (const offer of [...framework.offers]) {
    if (!framework.roles.has(offer.role)) rescindOffer(context, offer);
  }
  context.allocator.updateFramework(framework.id, traitsOf(framework));
}

/** Tells agents and watchers; agents then send again what is unacknowledged. */
export function announceFramework(context: MasterContext, framework: Framework): void {
  context.bus.publish({ kind: 'framework-updated', framework });
  for (const agent of context.agents.values()) {
    agent.end?.send({ kind: 'framework-updated', framework: framework.info });
  }
}

/**
 * The stream broke: offers go back, refusals are forgotten, and after the failover timeout the framework is removed.
 * A connection that has been replaced meanwhile does not count.
 */
export function disconnect(context: MasterContext, framework: Framework, connection: Connection): void {
  if (framework.connection !== connection || context.stopped) return;
  closeConnection(context, framework);
  for (const offer of [...framework.offers]) returnOffer(context, offer);
  context.allocator.setFrameworkActive(framework.id, false);
  awaitFailover(context, framework);
  context.info(`Framework ${framework.id} (${framework.info.name}) disconnected`);
  context.bus.publish({ kind: 'framework-updated', framework });
}

/** Removes the framework unless it subscribes within its failover timeout, or within `atLeastMs` if that is longer. */
export function awaitFailover(context: MasterContext, framework: Framework, atLeastMs = 0): void {
  const timeoutMs = Math.max(atLeastMs, (framework.info.failover_timeout ?? 0) * 1000);
  framework.failoverTimer = context.clock.after(timeoutMs, () => {
    if (framework.connection !== null || context.frameworks.get(framework.id) !== framework) return;
    context.info(`Framework failover timeout, removing framework ${framework.id} (${framework.info.name})`);
    removeFramework(context, framework);
  });
}

export function closeConnection(context: MasterContext, framework: Framework): void {
  framework.connection?.heartbeat.cancel();
  framework.connection?.sink.close();
  framework.connection = null;
  rescindInverseOffers(context, ({ frameworkId }) => frameworkId === framework.id);
}

/** Ends a framework: its tasks count as killed, without a word to its scheduler; agents shut its executors down. */
export function removeFramework(context: MasterContext, framework: Framework): void {
  framework.failoverTimer?.cancel();
  for (const offer of [...framework.offers]) returnOffer(context, offer);
  context.allocator.setFrameworkActive(framework.id, false);
  for (const agent of context.agents.values()) {
    agent.end?.send({ kind: 'shutdown-framework', frameworkId: framework.id });
  }
  endTasks(context, framework);
  for (const agent of context.agents.values()) {
    for (const executor of [...agent.executors.values()]) {
      if (executor.frameworkId === framework.id) removeExecutor(context, agent, framework.id, executor.id);
    }
  }
  closeConnection(context, framework);
  framework.unregisteredAt = context.clock.now();
  context.frameworks.delete(framework.id);
  context.allocator.removeFramework(framework.id);
  context.completedFrameworks.set(framework.id, framework);
  context.bus.publish({ kind: 'framework-removed', framework });
}

function endTasks(context: MasterContext, framework: Framework): void {
  const removed = (task: { id: string; agentId: string; executorId?: string }) =>
    masterStatus(context, {
      taskId: task.id,
      state: 'TASK_KILLED',
      reason: 'REASON_FRAMEWORK_REMOVED',
      message: `Framework ${framework.id} removed`,
      agentId: task.agentId,
      ...(task.executorId === undefined ? {} : { executorId: task.executorId }),
    });
  for (const task of [...framework.tasks.values()]) {
    updateTask(context, task, removed(task), 'TASK_KILLED');
    removeTask(context, task, 'completed');
  }
  for (const task of [...framework.unreachableTasks.values()]) {
    updateTask(context, task, removed(task), 'TASK_KILLED');
    framework.unreachableTasks.delete(task.id);
    complete(context, framework, task);
  }
}

/** Tells a scheduler that it is one no more, and ends its stream. */
export function sendError(framework: Framework, message: string): void {
  sendTo(framework, { type: 'ERROR', error: { message } });
}
