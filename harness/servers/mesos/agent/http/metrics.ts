import { toFlat } from '../../allocator/resource-format.ts';
import type { TaskState } from '../../v1.ts';
import { type AgentView, totalOf, usedOn } from './view.ts';

/** `/metrics/snapshot`: flat numbers under Mesos' names. */
export function renderMetrics(view: AgentView): Record<string, number> {
  const { core } = view;
  const metrics: Record<string, number> = {
    'slave/registered': core.registration.registered ? 1 : 0,
    'slave/uptime_secs': core.uptimeSeconds,
    'slave/frameworks_active': core.frameworks.live.size,
    'slave/recovery_errors': 0,
    'slave/executors_registering': 0,
    'slave/executors_running': [...core.frameworks.executors()].filter((executor) => executor.run !== null)
      .length,
    'slave/executors_terminating': 0,
    'slave/executors_terminated': core.counters.executorsEnded,
    'slave/valid_status_updates': core.counters.updates,
    'slave/invalid_status_updates': 0,
    'containerizer/mesos/container_destroy_errors': 0,
  };
  const total = toFlat(totalOf(view));
  const used = toFlat(usedOn(view));
  for (const name of ['cpus', 'mem', 'disk', 'gpus']) {
    const whole = Number(total[name] ?? 0);
    const part = Number(used[name] ?? 0);
    metrics[`slave/${name}_total`] = whole;
    metrics[`slave/${name}_used`] = part;
    metrics[`slave/${name}_percent`] = whole === 0 ? 0 : part / whole;
  }
  for (const state of ['TASK_STAGING', 'TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING'] as const) {
    metrics[nameOf(state)] = 0;
  }
  for (const executor of core.frameworks.executors()) {
    for (const { state } of executor.tasks.values()) {
      const count = metrics[nameOf(state)];
      if (count !== undefined) metrics[nameOf(state)] = count + 1;
    }
  }
  for (const state of ['TASK_FINISHED', 'TASK_FAILED', 'TASK_KILLED', 'TASK_LOST', 'TASK_GONE'] as const) {
    metrics[nameOf(state)] = core.counters.ended.get(state) ?? 0;
  }
  return metrics;
}

function nameOf(state: TaskState): string {
  return `slave/${state.replace('TASK_', 'tasks_').toLowerCase()}`;
}
