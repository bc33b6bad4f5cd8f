/** The answers of the v1 operator API: messages in protobuf form. */
import { toWire } from '../../allocator/resource-format.ts';
import type { Resources } from '../../allocator/resources.ts';
import type { MasterContext } from '../context.ts';
import type { Agent, Framework, Task } from '../entities.ts';
import { drainInfo } from './flat.ts';
import { executorsOf, offeredOn, offeredTo, usedBy, usedOn } from './usage.ts';

type Json = Record<string, unknown>;

const time = (ms: number): Json => ({ nanoseconds: ms * 1e6 });

/** Members whose value is absent or an empty list are left out, as protobuf does. */
function compact(message: Json): Json {
  const present = ([, value]: [string, unknown]): boolean =>
    value !== undefined && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(message).filter(present));
}

const full = (resources: Resources, role?: string): unknown => toWire(resources, 'endpoint', role);

export function v1Task(task: Task): Json {
  const { info, update } = task;
  return compact({
    name: info.name,
    task_id: { value: task.id },
    framework_id: { value: task.frameworkId },
    executor_id: task.executorId === undefined ? undefined : { value: task.executorId },
    agent_id: { value: task.agentId },
    state: task.state,
    resources: full(task.resources, task.role),
    statuses: task.statuses,
    status_update_state: update?.state,
    status_update_uuid: update?.uuid,
    labels: info.labels,
    discovery: info.discovery,
    container: info.container,
    health_check: info.health_check,
    kill_policy: info.kill_policy,
    user: task.user,
    limits: info.limits,
  });
}

export function v1Framework(context: MasterContext, framework: Framework): Json {
  const connected = framework.connection !== null;
  return compact({
    framework_info: framework.info,
    active: connected,
    connected,
    recovered: framework.recovered,
    registered_time: time(framework.registeredAt),
    reregistered_time: time(framework.reregisteredAt ?? framework.registeredAt),
    unregistered_time: framework.unregisteredAt === null ? undefined : time(framework.unregisteredAt),
    offers: [...framework.offers].map(({ message }) => message),
    allocated_resources: full(usedBy(context, framework)),
    offered_resources: full(offeredTo(framework)),
  });
}

export function v1Agent(agent: Agent): Json {
  const { description } = agent;
  return compact({
    agent_info: compact({
      hostname: description.hostname,
      port: description.port,
      resources: description.resources,
      attributes: description.attributes,
      id: { value: agent.id },
      domain: description.domain,
    }),
    active: agent.end !== null && !agent.deactivated,
    deactivated: agent.deactivated,
    version: description.version,
    pid: description.pid,
    registered_time: time(agent.registeredAt),
    reregistered_time: agent.reregisteredAt === null ? undefined : time(agent.reregisteredAt),
    total_resources: full(agent.total),
    allocated_resources: full(usedOn(agent)),
    offered_resources: full(offeredOn(agent)),
    capabilities: description.capabilities.map((type) => ({ type })),
    drain_info: agent.drain === null ? undefined : drainInfo(agent.drain),
  });
}

export function getAgents(context: MasterContext): Json {
  return compact({
    agents: [...context.agents.values()].map(v1Agent),
    recovered_agents: [...context.recoveredAgents.values()].map(({ id, hostname }) => ({
      id: { value: id },
      hostname,
    })),
  });
}

export function getFrameworks(context: MasterContext): Json {
  const render = (framework: Framework): Json => v1Framework(context, framework);
  return compact({
    frameworks: [...context.frameworks.values()].map(render),
    completed_frameworks: [...context.completedFrameworks.values()].map(render),
  });
}

export function getTasks(context: MasterContext): Json {
  const present = [...context.frameworks.values()];
  const every = [...present, ...context.completedFrameworks.values()];
  return compact({
    tasks: present.flatMap(({ tasks }) => [...tasks.values()].map(v1Task)),
    unreachable_tasks: every.flatMap(({ unreachableTasks }) => [...unreachableTasks.values()].map(v1Task)),
    completed_tasks: every.flatMap(({ completedTasks }) => [...completedTasks.values()].map(v1Task)),
  });
}

export function getExecutors(context: MasterContext): Json {
  const executors = [...context.frameworks.values()].flatMap((framework) =>
    executorsOf(context, framework).map(({ agent, executor }) => ({
      executor_info: executor.info,
      agent_id: { value: agent.id },
    })),
  );
  return compact({ executors });
}

export function getState(context: MasterContext): Json {
  return {
    get_tasks: getTasks(context),
    get_executors: getExecutors(context),
    get_frameworks: getFrameworks(context),
    get_agents: getAgents(context),
  };
}
