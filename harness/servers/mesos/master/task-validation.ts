import { Resources } from '../allocator/resources.ts';
import type { TaskInfo } from '../v1.ts';
import { checkProblem, healthCheckProblem } from './check-validation.ts';
import { commandProblem, containerProblem } from './command-validation.ts';
import { executorProblem } from './executor-validation.ts';
import { idProblem } from './id-validation.ts';
import type { OfferBudget } from './offer-budget.ts';
import { demandOf } from './offer-budget.ts';
import { allocationProblem, overlap, resourcesProblem } from './resource-validation.ts';

type Rule = (budget: OfferBudget, task: TaskInfo) => string | null;

/** Says why a task of a LAUNCH cannot run, in Mesos' words and order, or null. */
export function taskProblem(budget: OfferBudget, task: TaskInfo): string | null {
  return firstProblem([...commonRules, executorRule, shareCgroupsRule], budget, task);
}

/** The part of {@link taskProblem} that holds for tasks of a group too. */
export function commonTaskProblem(budget: OfferBudget, task: TaskInfo): string | null {
  return firstProblem(commonRules, budget, task);
}

function firstProblem(rules: readonly Rule[], budget: OfferBudget, task: TaskInfo): string | null {
  for (const rule of rules) {
    const problem = rule(budget, task);
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

function uniqueRule({ framework }: OfferBudget, { task_id: { value: id } }: TaskInfo): string | null {
  if (framework.tasks.has(id)) return `Task has duplicate ID: ${id}`;
  if (framework.unreachableTasks.has(id)) return `Task reuses the ID of an unreachable task: ${id}`;
  return null;
}

function agentRule({ agent }: OfferBudget, { agent_id: { value: id } }: TaskInfo): string | null {
  return id === agent.id ? null : `Task uses invalid agent ${id} while agent ${agent.id} is expected`;
}

function durationRule(_: OfferBudget, { kill_policy, max_completion_time }: TaskInfo): string | null {
  if ((kill_policy?.grace_period?.nanoseconds ?? 0) < 0) {
    return "Task's 'kill_policy.grace_period' must be non-negative";
  }
  return (max_completion_time?.nanoseconds ?? 0) < 0
    ? "Task's `max_completion_time` must be non-negative"
    : null;
}

function resourcesRule({ role }: OfferBudget, { resources }: TaskInfo): string | null {
  if (resources.length === 0) return 'Task uses no resources';
  return (
    prefixed('Task uses invalid resources', resourcesProblem(resources)) ??
    prefixed('Invalid task resources', allocationProblem(resources, role))
  );
}

function limitsRule(_: OfferBudget, { limits, resources }: TaskInfo): string | null {
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

function executorRule(budget: OfferBudget, task: TaskInfo): string | null {
  const { executor, command, resources } = task;
  if ((executor === undefined) === (command === undefined)) {
    return 'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present';
  }
  if (executor !== undefined) {
    const problem = executorProblem(budget, executor);
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
  const total = demandOf(budget, Resources.from(resources), executor);
  if (budget.left.contains(total)) return null;
  return `Total resources ${total} required by task and its executor is more than available ${budget.left}`;
}

function shareCgroupsRule(_: OfferBudget, { container }: TaskInfo): string | null {
  if (container?.linux_info?.share_cgroups !== false) return null;
  return "Only tasks in a task group may have 'share_cgroups' set to 'false'";
}
