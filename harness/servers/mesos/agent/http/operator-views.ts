/** What the agent's v1 operator calls show: the messages of the v1 API, as opposed to the older flat JSON. */

import { toWire } from '../../allocator/resource-format.ts';
import { Resources } from '../../allocator/resources.ts';
import { isTerminal } from '../../task-states.ts';
import type { ExecutorRecord, FrameworkRecord, TaskRecord } from '../books.ts';
import { reportContainers } from './containers.ts';
import { executorNameOf, executorSourceOf } from './state.ts';
import { type AgentView, agentIdOf, totalOf, usedByExecutor } from './view.ts';

type Content = Record<string, unknown>;

export function agentInfo(view: AgentView): Content {
  const { hostname, port, attributes, domain } = view.description;
  return {
    id: { value: agentIdOf(view) },
    hostname,
    port,
    resources: toWire(totalOf(view), 'refined'),
    ...(attributes.length === 0 ? {} : { attributes }),
    ...(domain === undefined ? {} : { domain }),
  };
}

export async function containers(view: AgentView): Promise<readonly Content[]> {
  return (await reportContainers(view)).map((report) => ({
    framework_id: report.executor.framework.info.id,
    executor_id: { value: report.executor.id },
    executor_name: executorNameOf(report.executor),
    container_id: { value: report.containerId },
    container_status: {
      container_id: { value: report.containerId },
      ...(report.pid === undefined ? {} : { executor_pid: report.pid }),
      network_infos: report.networks,
    },
    resource_statistics: report.statistics,
  }));
}

export function frameworks({ core }: AgentView): Content {
  const render = ({ info }: FrameworkRecord): Content => ({ framework_info: info });
  return withoutEmpty({
    frameworks: [...core.frameworks.live.values()].map(render),
    completed_frameworks: core.frameworks.completed.map(render),
  });
}

export function executors({ core }: AgentView): Content {
  const all = [...core.frameworks.live.values(), ...core.frameworks.completed];
  return withoutEmpty({
    executors: all.flatMap((framework) => [...framework.executors.values()].map(executorView)),
    completed_executors: all.flatMap((framework) => framework.completedExecutors.map(executorView)),
  });
}

export function tasks(view: AgentView): Content {
  const found: Record<string, Content[]> = {};
  const add = (list: string, executor: ExecutorRecord, record: TaskRecord): void => {
    found[list] ??= [];
    found[list].push(taskView(view, executor, record));
  };
  for (const executor of view.core.frameworks.executors()) {
    for (const record of executor.tasks.values()) {
      if (isTerminal(record.state)) add('terminated_tasks', executor, record);
      else add(record.state === 'TASK_STAGING' ? 'queued_tasks' : 'launched_tasks', executor, record);
    }
    for (const record of executor.completedTasks) add('completed_tasks', executor, record);
  }
  const { live, completed } = view.core.frameworks;
  for (const framework of [...live.values(), ...completed]) {
    for (const executor of framework.completedExecutors) {
      for (const record of executor.completedTasks) add('completed_tasks', executor, record);
    }
  }
  return found;
}

function executorView(executor: ExecutorRecord): Content {
  return {
    executor_info: {
      ...executor.info,
      executor_id: { value: executor.id },
      framework_id: executor.framework.info.id,
      name: executorNameOf(executor),
      source: executorSourceOf(executor),
      resources: toWire(usedByExecutor(executor), 'refined'),
    },
  };
}

function taskView(view: AgentView, executor: ExecutorRecord, { task, state, statuses }: TaskRecord): Content {
  const last = statuses.at(-1);
  return {
    name: task.name,
    task_id: task.task_id,
    framework_id: executor.framework.info.id,
    ...(executor.kind === 'command' ? {} : { executor_id: { value: executor.id } }),
    agent_id: { value: agentIdOf(view) },
    state,
    resources: toWire(Resources.from(task.resources), 'refined'),
    ...(statuses.length === 0 ? {} : { statuses }),
    ...(last === undefined ? {} : { status_update_state: last.state, status_update_uuid: last.uuid }),
    ...(task.labels === undefined ? {} : { labels: task.labels }),
    ...(task.discovery === undefined ? {} : { discovery: task.discovery }),
    ...(task.container === undefined ? {} : { container: task.container }),
    ...(task.health_check === undefined ? {} : { health_check: task.health_check }),
  };
}

/** Empty lists are not written. */
function withoutEmpty(lists: Readonly<Record<string, readonly Content[]>>): Content {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}
