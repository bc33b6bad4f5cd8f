/** The older JSON of the operator endpoints: ids as strings, resources flat, labels a plain list. */

import { formatRanges } from '../../allocator/ranges.ts';
import { toFlat, toWire } from '../../allocator/resource-format.ts';
import { Resources, reservationRole } from '../../allocator/resources.ts';
import type { Attribute, NetworkInfo, TaskStatus } from '../../v1.ts';
import type { MasterContext } from '../context.ts';
import type { Agent, Executor, Framework, OfferRecord, Task } from '../entities.ts';
import { executorsOf, offeredOn, offeredTo, usedBy, usedOn } from './usage.ts';

export function flatTask(task: Task): Record<string, unknown> {
  const { info } = task;
  return {
    id: task.id,
    name: info.name,
    framework_id: task.frameworkId,
    executor_id: task.executorId ?? '',
    slave_id: task.agentId,
    state: task.state,
    resources: toFlat(task.resources),
    ...(info.limits === undefined ? {} : { limits: flatLimits(info.limits) }),
    role: task.role,
    statuses: task.statuses.map(flatStatus),
    ...(task.user === undefined ? {} : { user: task.user }),
    ...(info.labels === undefined ? {} : { labels: info.labels.labels }),
    ...(info.discovery === undefined ? {} : { discovery: info.discovery }),
    ...(info.container === undefined ? {} : { container: info.container }),
    ...(info.health_check === undefined ? {} : { health_check: info.health_check }),
  };
}

function flatLimits(limits: NonNullable<Task['info']['limits']>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(limits).map(([name, { value }]) => [name, value]));
}

function flatStatus({
  state,
  timestamp,
  labels,
  container_status,
  healthy,
}: TaskStatus): Record<string, unknown> {
  return {
    state,
    timestamp,
    ...(labels === undefined ? {} : { labels: labels.labels }),
    ...(container_status === undefined
      ? {}
      : {
          container_status: {
            ...container_status,
            ...(container_status.network_infos === undefined
              ? {}
              : { network_infos: container_status.network_infos.map(flatNetwork) }),
          },
        }),
    ...(healthy === undefined ? {} : { healthy }),
  };
}

function flatNetwork(network: NetworkInfo): Record<string, unknown> {
  const { labels, ...rest } = network;
  return labels === undefined ? { ...rest } : { ...rest, labels: labels.labels };
}

/** What `/state-summary` and `/state` have in common of a framework. */
export function flatFrameworkSummary(context: MasterContext, framework: Framework): Record<string, unknown> {
  const connected = framework.connection !== null;
  return {
    id: framework.id,
    name: framework.info.name,
    used_resources: toFlat(usedBy(context, framework)),
    offered_resources: toFlat(offeredTo(framework)),
    capabilities: (framework.info.capabilities ?? []).map(({ type }) => type ?? 'UNKNOWN'),
    hostname: framework.info.hostname ?? '',
    webui_url: framework.info.webui_url ?? '',
    active: connected,
    connected,
    recovered: framework.recovered,
  };
}

export function flatFramework(context: MasterContext, framework: Framework): Record<string, unknown> {
  const { info } = framework;
  const multiRole = framework.capabilities.has('MULTI_ROLE');
  return {
    ...flatFrameworkSummary(context, framework),
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    registered_time: framework.registeredAt / 1000,
    unregistered_time: (framework.unregisteredAt ?? 0) / 1000,
    ...(info.principal === undefined ? {} : { principal: info.principal }),
    resources: toFlat(usedBy(context, framework).plus(offeredTo(framework))),
    ...(framework.reregisteredAt === null ? {} : { reregistered_time: framework.reregisteredAt / 1000 }),
    ...(multiRole ? { roles: info.roles ?? [] } : { role: info.role ?? '*' }),
    tasks: [...framework.tasks.values()].map(flatTask),
    unreachable_tasks: [...framework.unreachableTasks.values()].map(flatTask),
    completed_tasks: [...framework.completedTasks.values()].map(flatTask),
    offers: [...framework.offers].map(flatOffer),
    executors: executorsOf(context, framework).map(({ agent, executor }) => ({
      ...flatExecutor(executor),
      slave_id: agent.id,
    })),
    ...(info.labels === undefined ? {} : { labels: info.labels.labels }),
  };
}

function flatOffer(offer: OfferRecord): Record<string, unknown> {
  return {
    id: offer.id,
    framework_id: offer.frameworkId,
    allocation_info: { role: offer.role },
    slave_id: offer.agentId,
    resources: toFlat(offer.resources),
  };
}

function flatExecutor(executor: Executor): Record<string, unknown> {
  const { info } = executor;
  return {
    executor_id: executor.id,
    name: info.name ?? '',
    framework_id: executor.frameworkId,
    command: info.command ?? {},
    resources: toFlat(executor.resources),
    role: executor.role,
    ...(info.labels === undefined ? {} : { labels: info.labels.labels }),
    ...(info.type === undefined ? {} : { type: info.type }),
  };
}

export function flatAgent(agent: Agent): Record<string, unknown> {
  const { description } = agent;
  return {
    id: agent.id,
    hostname: description.hostname,
    port: description.port,
    attributes: flatAttributes(description.attributes),
    ...(description.domain === undefined ? {} : { domain: description.domain }),
    pid: description.pid,
    registered_time: agent.registeredAt / 1000,
    ...(agent.reregisteredAt === null ? {} : { reregistered_time: agent.reregisteredAt / 1000 }),
    resources: toFlat(agent.total),
    used_resources: toFlat(usedOn(agent)),
    offered_resources: toFlat(offeredOn(agent)),
    reserved_resources: byRole(agent.total, toFlat),
    unreserved_resources: toFlat(unreserved(agent.total)),
    active: agent.end !== null && !agent.deactivated,
    deactivated: agent.deactivated,
    version: description.version,
    capabilities: description.capabilities,
    ...(agent.drain === null ? {} : { drain_info: drainInfo(agent.drain) }),
  };
}

export function drainInfo({
  state,
  maxGracePeriodNs,
  markGone,
}: NonNullable<Agent['drain']>): Record<string, unknown> {
  return {
    state,
    config: {
      ...(maxGracePeriodNs === undefined ? {} : { max_grace_period: { nanoseconds: maxGracePeriodNs } }),
      mark_gone: markGone,
    },
  };
}

/** As `/slaves` has it: with the resources in full beside the flat ones. */
export function flatAgentInFull(agent: Agent): Record<string, unknown> {
  const full = (resources: Resources) => toWire(resources, 'endpoint');
  return {
    ...flatAgent(agent),
    reserved_resources_full: byRole(agent.total, full),
    unreserved_resources_full: full(unreserved(agent.total)),
    used_resources_full: full(usedOn(agent)),
    offered_resources_full: full(offeredOn(agent)),
  };
}

function unreserved(resources: Resources): Resources {
  return resources.filter(({ reservations }) => reservations.length === 0);
}

/** Renders what is reserved, role by role. */
export function byRole<T>(resources: Resources, render: (reserved: Resources) => T): Record<string, T> {
  const piles = [...resources.piles].filter(({ kind }) => kind.reservations.length > 0);
  const grouped = Map.groupBy(piles, ({ kind }) => reservationRole(kind));
  return Object.fromEntries([...grouped].map(([role, mine]) => [role, render(Resources.fromPiles(mine))]));
}

export function flatAttributes(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ name, scalar, ranges, text }) => [
      name,
      scalar?.value ?? text?.value ?? formatRanges(ranges?.range ?? []),
    ]),
  );
}
