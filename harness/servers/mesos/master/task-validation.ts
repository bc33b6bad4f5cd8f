import { Resources } from '../allocator/resources.ts';
import type { CommandInfo, ContainerInfo, TaskInfo } from '../v1.ts';
import type { Purse } from './accept.ts';
import { checkProblem, environmentProblem, healthCheckProblem } from './check-validation.ts';
import { executorProblem } from './executor-validation.ts';
import { idProblem } from './id-validation.ts';
import { demandOf } from './launch.ts';
import { allocationProblem, overlap, resourcesProblem } from './resource-validation.ts';

type Rule = (purse: Purse, task: TaskInfo) => string | null;

/** Says why a task of a LAUNCH cannot run, in Mesos' words and order, or null. */
export function taskProblem(purse: Purse, task: TaskInfo): string | null {
  return firstProblem([...commonRules, executorRule, shareCgroupsRule], purse, task);
}

/** The part of {@link taskProblem} that holds for tasks of a group too. */
export function commonTaskProblem(purse: Purse, task: TaskInfo): string | null {
  return firstProblem(commonRules, purse, task);
}

function firstProblem(rules: readonly Rule[], purse: Purse, task: TaskInfo): string | null {
  for (const rule of rules) {
    const problem = rule(purse, task);
    if (problem !== null) return problem;
  }
  return null;
}

const commonRules: readonly Rule[] = [
  (_, task) => idProblem(task.task_id.value),
  uniqueRule,
  agentRule,
  durationRule,
  (_, { check }) => prefixed('Task uses invalid check', check === undefined ? null : checkProblem(check)),
  (_, { health_check: check }) =>
    prefixed('Task uses invalid health check', check === undefined ? null : healthCheckProblem(check)),
  resourcesRule,
  (_, { command }) => prefixed("Task's `CommandInfo` is invalid", commandProblem(command)),
  (_, { container }) => prefixed("Task's `ContainerInfo` is invalid", containerProblem(container)),
  limitsRule,
];

function prefixed(prefix: string, problem: string | null): string | null {
  return problem === null ? null : `${prefix}: ${problem}`;
}

function uniqueRule({ framework }: Purse, { task_id: { value: id } }: TaskInfo): string | null {
  if (framework.tasks.has(id)) return `Task has duplicate ID: ${id}`;
  if (framework.unreachableTasks.has(id)) return `Task reuses the ID of an unreachable task: ${id}`;
  return null;
}

function agentRule({ agent }: Purse, { agent_id: { value: id } }: TaskInfo): string | null {
  return id === agent.id ? null : `Task uses invalid agent ${id} while agent ${agent.id} is expected`;
}

function durationRule(_: Purse, { kill_policy, max_completion_time }: TaskInfo): string | null {
  if ((kill_policy?.grace_period?.nanoseconds ?? 0) < 0) {
    return "Task's 'kill_policy.grace_period' must be non-negative";
  }
  return (max_completion_time?.nanoseconds ?? 0) < 0
    ? "Task's `max_completion_time` must be non-negative"
    : null;
}

function resourcesRule({ role }: Purse, { resources }: TaskInfo): string | null {
  if (resources.length === 0) return 'Task uses no resources';
  return (
    prefixed('Task uses invalid resources', resourcesProblem(resources)) ??
    prefixed('Invalid task resources', allocationProblem(resources, role))
  );
}

export function commandProblem(command: CommandInfo | undefined): string | null {
  return command?.environment === undefined ? null : environmentProblem(command.environment);
}

export function containerProblem(container: ContainerInfo | undefined): string | null {
  if (container === undefined) return null;
  for (const volume of container.volumes ?? []) {
    const given = [volume.host_path, volume.source, volume.image].filter((member) => member !== undefined);
    if (given.length !== 1) {
      return "Invalid volume: Only one of them should be set: 'host_path', 'image' and 'source'";
    }
  }
  if (container.type !== 'DOCKER') return null;
  if (container.docker === undefined) return "DockerInfo 'docker' is not set for DOCKER typed ContainerInfo";
  const named = container.docker.parameters?.some(({ key }) => key === 'name') ?? false;
  return named ? "Parameter in DockerInfo must not be 'name'" : null;
}

function limitsRule(_: Purse, { limits, resources }: TaskInfo): string | null {
  if (limits === undefined) return null;
  if (Object.keys(limits).some((name) => name !== 'cpus' && name !== 'mem')) {
    return "Only cpus and mem may be included in a task's resource limits";
  }
  const { scalars } = Resources.from(resources);
  for (const [name, [short, long]] of [
    ['cpus', ['CPU', 'cpu']],
    ['mem', ['memory', 'memory']],
  ] as const) {
    const limit = limits[name]?.value;
    if (limit === undefined) continue;
    const request = scalars.get(name);
    if (request === undefined) {
      return `When a ${short} limit is specified, a ${short} request must also be specified`;
    }
    if (limit !== 'Infinity' && !(limit * 1000 >= request)) {
      return `The ${long} limit must be greater than or equal to the ${long} request`;
    }
  }
  return null;
}

function executorRule(purse: Purse, task: TaskInfo): string | null {
  const { executor, command, resources } = task;
  if ((executor === undefined) === (command === undefined)) {
    return 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present';
  }
  if (executor !== undefined) {
    const problem = executorProblem(purse, executor);
    if (problem !== null) return problem;
    if (executor.type !== undefined && executor.type !== 'CUSTOM')
      return "'ExecutorInfo.type' must be 'CUSTOM'";
    if (executor.command === undefined) return "'ExecutorInfo.command' must be set";
    if (overlap([resources, executor.resources ?? []])) {
      return (
        `There are overlapping resources in the task resources ${Resources.from(resources)} and executor ` +
        `resources ${Resources.from(executor.resources)}`
      );
    }
  }
  const total = demandOf(purse, Resources.from(resources), executor);
  if (purse.left.contains(total)) return null;
  return `Total resources ${total} required by task and its executor is more than available ${purse.left}`;
}

function shareCgroupsRule(_: Purse, { container }: TaskInfo): string | null {
  if (container?.linux_info?.share_cgroups !== false) return null;
  return "Only tasks in a task group may have 'share_cgroups' set to 'false'";
}
