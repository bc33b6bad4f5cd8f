import { toFlat } from '../../allocator/resource-format.ts';
import { Resources } from '../../allocator/resources.ts';
import { byRole, flatAttributes } from '../../master/operator/flat.ts';
import { version } from '../../master/operator/state.ts';
import type { Labels, NetworkInfo, TaskStatus } from '../../v1.ts';
import type { ExecutorRecord, FrameworkRecord, TaskRecord } from '../books.ts';
import { type AgentView, agentIdOf, flagsOf, totalOf, usedByExecutor, usedOn } from './view.ts';

/** `/state` of an agent: all it knows, with the sandbox of every executor. */
export async function renderState(view: AgentView): Promise<Record<string, unknown>> {
  const { core, description } = view;
  const total = totalOf(view);
  const unreserved = total.filter(({ reservations }) => reservations.length === 0);
  return {
    ...version,
    start_time: core.startedAt / 1000,
    id: agentIdOf(view),
    pid: description.pid,
    hostname: description.hostname,
    capabilities: description.capabilities,
    resources: toFlat(total),
    reserved_resources: byRole(total, toFlat),
    unreserved_resources: toFlat(unreserved),
    unreserved_resources_allocated: toFlat(usedOn(view)),
    attributes: flatAttributes(description.attributes),
    ...(description.domain === undefined ? {} : { domain: description.domain }),
    master_hostname: view.masterHostname,
    flags: await flagsOf(view),
    frameworks: [...core.frameworks.live.values()].map((framework) => renderFramework(view, framework)),
    completed_frameworks: core.frameworks.completed.map((framework) => renderFramework(view, framework)),
  };
}

function renderFramework(view: AgentView, framework: FrameworkRecord): Record<string, unknown> {
  const { info } = framework;
  const multiRole = info.capabilities?.some(({ type }) => type === 'MULTI_ROLE') === true;
  return {
    id: info.id.value,
    name: info.name,
    user: info.user,
    failover_timeout: info.failover_timeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    hostname: info.hostname ?? '',
    ...(info.principal === undefined ? {} : { principal: info.principal }),
    ...(multiRole ? { roles: info.roles ?? [] } : { role: info.role ?? '*' }),
    executors: [...framework.executors.values()].map((executor) => renderExecutor(view, executor)),
    completed_executors: framework.completedExecutors.map((executor) => renderExecutor(view, executor)),
  };
}

function renderExecutor(view: AgentView, executor: ExecutorRecord): Record<string, unknown> {
  const tasks = [...executor.tasks.values()];
  const render = (record: TaskRecord): Record<string, unknown> => renderTask(view, executor, record);
  return {
    id: executor.id,
    name: executorNameOf(executor),
    source: executorSourceOf(executor),
    container: executor.containerId,
    directory: executor.sandbox,
    resources: toFlat(usedByExecutor(executor)),
    role: executor.role,
    type: executor.kind.toUpperCase(),
    ...labelsOf(executor.info?.labels),
    tasks: tasks.filter((record) => record.state !== 'TASK_STAGING').map(render),
    queued_tasks: tasks.filter((record) => record.state === 'TASK_STAGING').map(render),
    completed_tasks: executor.completedTasks.map(render),
  };
}

/** The name Mesos gives to the executor of a task that brought none. */
export function executorNameOf(executor: ExecutorRecord): string {
  if (executor.kind !== 'command') return executor.info?.name ?? '';
  const command = [...executor.tasks.values(), ...executor.completedTasks][0]?.task.command;
  const shown = command?.shell === false ? (command.value ?? '') : `sh -c '${command?.value ?? ''}'`;
  return `Command Executor (Task: ${executor.id}) (Command: ${shown})`;
}

export function executorSourceOf(executor: ExecutorRecord): string {
  return executor.kind === 'command' ? executor.id : (executor.info?.source ?? '');
}

function renderTask(view: AgentView, executor: ExecutorRecord, record: TaskRecord): Record<string, unknown> {
  const { task } = record;
  return {
    id: task.task_id.value,
    name: task.name,
    framework_id: executor.framework.info.id.value,
    executor_id: executor.kind === 'command' ? '' : executor.id,
    slave_id: agentIdOf(view),
    state: record.state,
    resources: toFlat(Resources.from(task.resources)),
    role: record.role,
    statuses: record.statuses.map(renderStatus),
    ...labelsOf(task.labels),
    ...(task.discovery === undefined ? {} : { discovery: task.discovery }),
    ...(task.container === undefined ? {} : { container: task.container }),
    ...(task.health_check === undefined ? {} : { health_check: task.health_check }),
  };
}

function renderStatus(status: TaskStatus): Record<string, unknown> {
  const { state, timestamp, labels, container_status: container, healthy } = status;
  const networks = container?.network_infos?.map(renderNetwork);
  return {
    state,
    timestamp,
    ...labelsOf(labels),
    ...(container === undefined ? {} : { container_status: { ...container, network_infos: networks } }),
    ...(healthy === undefined ? {} : { healthy }),
  };
}

function renderNetwork({ labels, ...rest }: NetworkInfo): Record<string, unknown> {
  return { ...rest, ...labelsOf(labels) };
}

function labelsOf(labels: Labels | undefined): { readonly labels?: Labels['labels'] } {
  return labels === undefined ? {} : { labels: labels.labels };
}
