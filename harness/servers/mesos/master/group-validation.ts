import { isDeepStrictEqual } from 'node:util';
import { fromMilli, toMilli } from '../allocator/quantities.ts';
import { Resources } from '../allocator/resources.ts';
import type { ExecutorInfo, TaskInfo } from '../v1.ts';
import { executorProblem } from './executor-validation.ts';
import type { OfferBudget } from './offer-budget.ts';
import { demandOf } from './offer-budget.ts';
import { overlap } from './resource-validation.ts';
import { commonTaskProblem } from './task-validation.ts';

const minimumCpus = 0.01;
const minimumMemMiB = 32;

/** Says why a task group cannot run, in Mesos' words and order, or null. */
export function groupProblem(
  budget: OfferBudget,
  executor: ExecutorInfo,
  tasks: readonly TaskInfo[],
): string | null {
  const ids = new Set<string>();
  for (const task of tasks) {
    const id = task.task_id.value;
    const problem = ids.has(id) ? `Task has duplicate ID: ${id}` : memberProblem(budget, task);
    if (problem !== null) return `Task '${id}' is invalid: ${problem}`;
    ids.add(id);
  }
  const problem = groupExecutorProblem(budget, executor, tasks);
  return problem ?? shareCgroupsProblem(executor, tasks);
}

function memberProblem(budget: OfferBudget, task: TaskInfo): string | null {
  const common = commonTaskProblem(budget, task);
  if (common !== null) return common;
  const { container, health_check: check } = task;
  if (container?.network_infos !== undefined && (check?.type === 'HTTP' || check?.type === 'TCP')) {
    return "HTTP and TCP health checks are not supported for nested containers not joining parent's network";
  }
  if (container?.type === 'DOCKER') return 'Docker ContainerInfo is not supported on the task';
  if (task.limits !== undefined && container?.linux_info?.share_cgroups !== false) {
    return (
      'Resource limits may only be set for tasks within a task group when ' +
      "the 'share_cgroups' field is set to 'false'."
    );
  }
  return null;
}

function groupExecutorProblem(
  budget: OfferBudget,
  executor: ExecutorInfo,
  tasks: readonly TaskInfo[],
): string | null {
  const problem = executorProblem(budget, executor);
  if (problem !== null) return problem;
  if (executor.type === undefined) return "'ExecutorInfo.type' must be set";
  if (executor.type !== 'DEFAULT' && executor.type !== 'CUSTOM') return 'Unknown executor type';
  if (executor.container?.type === 'DOCKER') return 'Docker ContainerInfo is not supported on the executor';
  const id = executor.executor_id.value;
  for (const task of tasks) {
    if (task.executor === undefined || isDeepStrictEqual(task.executor, executor)) continue;
    return `The \`ExecutorInfo\` of task '${task.task_id.value}' is different from executor '${id}'`;
  }
  return minimumProblem(executor) ?? demandProblem(budget, executor, tasks);
}

function minimumProblem({ executor_id: { value: id }, resources }: ExecutorInfo): string | null {
  const { scalars } = Resources.from(resources);
  const cpus = scalars.get('cpus');
  if (cpus === undefined || cpus < toMilli(minimumCpus)) {
    const has = cpus === undefined ? 'None' : fromMilli(cpus);
    return `Executor '${id}' uses less CPUs (${has}) than the minimum required (${minimumCpus})`;
  }
  const mem = scalars.get('mem');
  if (mem === undefined || mem < toMilli(minimumMemMiB)) {
    const has = mem === undefined ? 'None' : `${fromMilli(mem)}MB`;
    return `Executor '${id}' uses less memory (${has}) than the minimum required (${minimumMemMiB}MB)`;
  }
  return scalars.has('disk') ? null : `Executor '${id}' uses no disk`;
}

function demandProblem(
  budget: OfferBudget,
  executor: ExecutorInfo,
  tasks: readonly TaskInfo[],
): string | null {
  if (overlap([executor.resources ?? [], ...tasks.map(({ resources }) => resources)])) {
    return (
      "There are overlapping resources in the task group's task resources " +
      `[ ${tasks.map(({ resources }) => Resources.from(resources)).join(', ')} ] and/or executor resources ` +
      `${Resources.from(executor.resources)}`
    );
  }
  const wanted = Resources.from(tasks.flatMap(({ resources }) => resources));
  const total = demandOf(budget, wanted, executor);
  if (budget.left.contains(total)) return null;
  return `Total resources ${total} required by task group and its executor are more than available ${budget.left}`;
}

function shareCgroupsProblem(executor: ExecutorInfo, tasks: readonly TaskInfo[]): string | null {
  if (executor.container?.linux_info?.share_cgroups === true) {
    return "The 'share_cgroups' field cannot be set to 'true' on executor containers";
  }
  const values = new Set(tasks.map(({ container }) => container?.linux_info?.share_cgroups ?? true));
  if (values.size <= 1) return null;
  return (
    "If set, the value of 'share_cgroups' must be the same for all tasks in each task group and under a " +
    'single executor'
  );
}
