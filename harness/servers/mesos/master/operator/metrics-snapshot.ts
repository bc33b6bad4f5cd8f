import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { fromMilli, type Quantities } from '../../allocator/quantities.ts';
import { Resources } from '../../allocator/resources.ts';
import type { MasterContext } from '../context.ts';
import type { Framework } from '../entities.ts';
import { roleAccounts } from './roles.ts';
import { offeredOn, usedOn } from './usage.ts';

/** Counters that dashboards expect to find before anything has been counted. */
const expectedCounters = [
  'dropped_messages',
  'invalid_executor_to_framework_messages',
  'invalid_framework_to_executor_messages',
  'invalid_operation_status_update_acknowledgements',
  'invalid_status_update_acknowledgements',
  'invalid_status_updates',
  'messages_authenticate',
  'messages_deactivate_framework',
  'messages_decline_offers',
  'messages_executor_to_framework',
  'messages_exited_executor',
  'messages_framework_to_executor',
  'messages_kill_task',
  'messages_launch_tasks',
  'messages_operation_status_update_acknowledgement',
  'messages_reconcile_operations',
  'messages_reconcile_tasks',
  'messages_register_framework',
  'messages_register_slave',
  'messages_reregister_framework',
  'messages_reregister_slave',
  'messages_resource_request',
  'messages_revive_offers',
  'messages_status_update',
  'messages_status_update_acknowledgement',
  'messages_suppress_offers',
  'messages_unregister_framework',
  'messages_unregister_slave',
  'messages_update_slave',
  'recovery_slave_removals',
  'slave_registrations',
  'slave_removals',
  'slave_removals/reason_registered',
  'slave_removals/reason_unhealthy',
  'slave_removals/reason_unregistered',
  'slave_reregistrations',
  'slave_shutdowns_canceled',
  'slave_shutdowns_completed',
  'slave_shutdowns_scheduled',
  'slave_unreachable_canceled',
  'slave_unreachable_completed',
  'slave_unreachable_scheduled',
  'tasks_dropped',
  'tasks_error',
  'tasks_failed',
  'tasks_finished',
  'tasks_gone',
  'tasks_gone_by_operator',
  'tasks_killed',
  'tasks_lost',
  'valid_executor_to_framework_messages',
  'valid_framework_to_executor_messages',
  'valid_operation_status_update_acknowledgements',
  'valid_status_update_acknowledgements',
  'valid_status_updates',
] as const;

const scalarNames = ['cpus', 'disk', 'gpus', 'mem'] as const;
const percentiles = {
  p25: 0.25,
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  p999: 0.999,
  p9999: 0.9999,
};

/** `/metrics/snapshot`: one flat object of numbers. */
export function renderMetrics(context: MasterContext): Record<string, number> {
  const { metrics } = context;
  const snapshot: Record<string, number> = {};
  for (const name of expectedCounters) snapshot[`master/${name}`] = 0;
  Object.assign(snapshot, Object.fromEntries(metrics.counters));
  Object.assign(snapshot, masterGauges(context), resourceGauges(context), taskGauges(context));
  Object.assign(snapshot, allocatorGauges(context), systemGauges());
  for (const framework of context.frameworks.values()) Object.assign(snapshot, frameworkMetrics(framework));
  for (const [name, timings] of metrics.timings) Object.assign(snapshot, timingGauges(name, timings));
  return snapshot;
}

function masterGauges(context: MasterContext): Record<string, number> {
  const agents = [...context.agents.values()];
  const frameworks = [...context.frameworks.values()];
  const connected = agents.filter(({ end }) => end !== null).length;
  const active = agents.filter(({ end, deactivated }) => end !== null && !deactivated).length;
  const subscribed = frameworks.filter(({ connection }) => connection !== null).length;
  return {
    'master/elected': 1,
    'master/uptime_secs': context.uptimeSeconds,
    'master/event_queue_dispatches': 0,
    'master/event_queue_http_requests': 0,
    'master/event_queue_messages': 0,
    'master/outstanding_offers': context.offers.size,
    'master/slaves_active': active,
    'master/slaves_inactive': agents.length - active,
    'master/slaves_connected': connected,
    'master/slaves_disconnected': agents.length - connected,
    'master/slaves_unreachable': context.registry.state.unreachable.size,
    'master/frameworks_active': subscribed,
    'master/frameworks_inactive': frameworks.length - subscribed,
    'master/frameworks_connected': subscribed,
    'master/frameworks_disconnected': frameworks.length - subscribed,
    'master/operator_event_stream_subscribers': context.bus.size,
    'registrar/log/recovered': 1,
    'registrar/queued_operations': 0,
    'registrar/registry_size_bytes': context.registry.serialize().length,
    'registrar/state_fetch_ms': 0,
    'registrar/state_store_ms': 0,
  };
}

function resourceGauges(context: MasterContext): Record<string, number> {
  const agents = [...context.agents.values()];
  const total = Resources.sum(agents.map((agent) => agent.total));
  const used = Resources.sum(agents.map(usedOn));
  const gauges: Record<string, number> = {};
  for (const name of scalarNames) {
    const [all, taken] = [total.scalar(name), used.scalar(name)];
    gauges[`master/${name}_total`] = all;
    gauges[`master/${name}_used`] = taken;
    gauges[`master/${name}_percent`] = all === 0 ? 0 : taken / all;
    gauges[`master/${name}_revocable_total`] = 0;
    gauges[`master/${name}_revocable_used`] = 0;
    gauges[`master/${name}_revocable_percent`] = 0;
  }
  return gauges;
}

function taskGauges(context: MasterContext): Record<string, number> {
  const gauges: Record<string, number> = {};
  for (const state of ['staging', 'starting', 'running', 'killing', 'unreachable'])
    gauges[`master/tasks_${state}`] = 0;
  for (const { tasks, unreachableTasks } of context.frameworks.values()) {
    for (const { state } of tasks.values()) {
      const name = `master/${state.toLowerCase().replace('task_', 'tasks_')}`;
      if (name in gauges) gauges[name] = (gauges[name] ?? 0) + 1;
    }
    gauges['master/tasks_unreachable'] = (gauges['master/tasks_unreachable'] ?? 0) + unreachableTasks.size;
  }
  return gauges;
}

function allocatorGauges(context: MasterContext): Record<string, number> {
  const { agents, frameworks } = context.allocator;
  const total = Resources.sum([...agents.values()].map((agent) => agent.total));
  const taken = Resources.sum(
    [...context.agents.values()].flatMap((agent) => [usedOn(agent), offeredOn(agent)]),
  );
  const gauges: Record<string, number> = {
    'allocator/event_queue_dispatches': 0,
    'allocator/mesos/event_queue_dispatches': 0,
    'allocator/mesos/allocation_runs': context.metrics.counters.get('allocator/mesos/allocation_runs') ?? 0,
  };
  for (const name of scalarNames) {
    gauges[`allocator/mesos/resources/${name}/total`] = total.scalar(name);
    gauges[`allocator/mesos/resources/${name}/offered_or_allocated`] = taken.scalar(name);
  }
  for (const { name, allocated, offered } of roleAccounts(context)) {
    gauges[`allocator/mesos/roles/${name}/shares/dominant`] = dominantShare(
      total.scalars,
      allocated,
      offered,
    );
    let filters = 0;
    for (const framework of frameworks.values())
      if (framework.traits.roles.has(name)) filters += framework.filters.size;
    gauges[`allocator/mesos/offer_filters/roles/${name}/active`] = filters;
  }
  for (const { role, guarantees, limits } of context.registry.state.quotas.values()) {
    const prefix = `allocator/mesos/quota/roles/${role}/resources`;
    const consumed = context.allocator.consumed(role);
    for (const [name, value] of Object.entries(guarantees)) gauges[`${prefix}/${name}/guarantee`] = value;
    for (const [name, value] of Object.entries(limits)) gauges[`${prefix}/${name}/limit`] = value;
    for (const name of new Set([...Object.keys(guarantees), ...Object.keys(limits)])) {
      gauges[`${prefix}/${name}/offered_or_allocated`] = fromMilli(consumed.get(name) ?? 0);
    }
  }
  return gauges;
}

function dominantShare(total: Quantities, allocated: Quantities, offered: Quantities): number {
  let share = 0;
  for (const [name, all] of total) {
    share = Math.max(share, ((allocated.get(name) ?? 0) + (offered.get(name) ?? 0)) / all);
  }
  return share;
}

/** Of the machine, as Mesos reports them. */
function systemGauges(): Record<string, number> {
  const [load1 = 0, load5 = 0, load15 = 0] = loadavg();
  return {
    'system/cpus_total': availableParallelism(),
    'system/load_1min': load1,
    'system/load_5min': load5,
    'system/load_15min': load15,
    'system/mem_free_bytes': freemem(),
    'system/mem_total_bytes': totalmem(),
  };
}

function frameworkMetrics(framework: Framework): Record<string, number> {
  const prefix = `master/frameworks/${encodeURIComponent(framework.info.name)}/${framework.id}`;
  const metrics: Record<string, number> = {
    [`${prefix}/subscribed`]: framework.connection === null ? 0 : 1,
    [`${prefix}/offers/outstanding`]: framework.offers.size,
  };
  let calls = 0;
  for (const [type, count] of framework.calls) {
    metrics[`${prefix}/calls/${type.toLowerCase()}`] = count;
    calls += count;
  }
  metrics[`${prefix}/calls`] = calls;
  const count = (name: string): void => {
    metrics[name] = (metrics[name] ?? 0) + 1;
  };
  for (const { state } of framework.tasks.values()) count(`${prefix}/tasks/active/${state.toLowerCase()}`);
  for (const { state } of framework.completedTasks.values())
    count(`${prefix}/tasks/terminal/${state.toLowerCase()}`);
  return metrics;
}

function timingGauges(name: string, timings: readonly number[]): Record<string, number> {
  const sorted = [...timings].sort((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  const gauges: Record<string, number> = {
    [name]: timings.at(-1) ?? 0,
    [`${name}/count`]: timings.length,
    [`${name}/min`]: at(0),
    [`${name}/max`]: sorted.at(-1) ?? 0,
  };
  for (const [label, part] of Object.entries(percentiles)) gauges[`${name}/${label}`] = at(part);
  return gauges;
}
