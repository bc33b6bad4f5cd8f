import { Resources } from '../allocator/resources.ts';
import type { ExecutorInfo, HealthCheck, TaskInfo } from '../v1.ts';
import type { Operation } from '../wire/scheduler-call.ts';
import type { MasterContext } from './context.ts';
import { type Framework, keyIn } from './entities.ts';
import { groupProblem } from './group-validation.ts';
import { portConflict } from './machine-ports.ts';
import type { OfferBudget } from './offer-budget.ts';
import { type MasterStatus, masterStatus, sendUpdate } from './stream.ts';
import { taskProblem } from './task-validation.ts';
import { addExecutor, addTask, countEnd } from './tasks.ts';

/** Launches tasks one by one; a bad one gets TASK_ERROR and leaves the others alone. */
export function launchTasks(context: MasterContext, budget: OfferBudget, { id, launch }: Operation): void {
  const { framework, agent, role } = budget;
  for (const given of launch?.task_infos ?? []) {
    const task = completeTask(given, framework);
    const problem =
      id === undefined ? taskProblem(budget, task) : 'The `id` field cannot be set on LAUNCH operations';
    if (problem !== null) {
      refuseTask(context, framework, task, { reason: 'REASON_TASK_INVALID', message: problem });
      continue;
    }
    const conflict = portConflict(context, agent, Resources.from(task.resources));
    if (conflict !== null) {
      refuseTask(context, framework, task, outdatedOffer(framework, conflict));
      continue;
    }
    const executorId = task.executor?.executor_id.value;
    if (task.executor !== undefined) takeExecutor(budget, task.executor);
    const booked = addTask(context, {
      framework,
      agent,
      info: task,
      role,
      ...(executorId === undefined ? {} : { executorId }),
    });
    budget.left = budget.left.minus(booked.resources);
    agent.end?.send({ kind: 'run-task', framework: framework.info, role, task });
  }
}

/** Launches all tasks of the group or none of them. */
export function launchGroup(
  context: MasterContext,
  budget: OfferBudget,
  { id, launch_group }: Operation,
): void {
  if (launch_group === undefined) return;
  const { framework, agent, role } = budget;
  const { executor } = launch_group;
  const tasks = (launch_group.task_group.tasks ?? []).map((task) => ({
    ...task,
    executor: task.executor ?? executor,
  }));
  const problem =
    id === undefined
      ? groupProblem(budget, executor, tasks)
      : 'The `id` field cannot be set on LAUNCH_GROUP operations';
  if (problem !== null) {
    const refusal = { reason: 'REASON_TASK_GROUP_INVALID', message: problem };
    for (const task of tasks) refuseTask(context, framework, task, refusal);
    return;
  }
  const conflict = portConflict(
    context,
    agent,
    Resources.sum([executor, ...tasks].map(({ resources }) => Resources.from(resources))),
  );
  if (conflict !== null) {
    for (const task of tasks) refuseTask(context, framework, task, outdatedOffer(framework, conflict));
    return;
  }
  takeExecutor(budget, executor);
  const executorId = executor.executor_id.value;
  for (const info of tasks) {
    const booked = addTask(context, { framework, agent, info, role, executorId });
    budget.left = budget.left.minus(booked.resources);
  }
  agent.end?.send({ kind: 'run-group', framework: framework.info, role, executor, tasks });
}

/** An executor is paid for once, by the task that brings it first. */
function takeExecutor(budget: OfferBudget, info: ExecutorInfo): void {
  const { agent, framework, role } = budget;
  if (agent.executors.has(keyIn(framework.id, info.executor_id.value))) return;
  const executor = addExecutor(agent, framework, info, role);
  budget.left = budget.left.minus(executor.resources);
}

function completeTask(task: TaskInfo, framework: Framework): TaskInfo {
  const { executor, health_check } = task;
  return {
    ...task,
    ...(executor === undefined
      ? {}
      : { executor: { ...executor, framework_id: ownerOf(executor, framework) } }),
    ...(health_check === undefined ? {} : { health_check: withType(health_check) }),
  };
}

function ownerOf(executor: ExecutorInfo, framework: Framework): ExecutorInfo['framework_id'] {
  return executor.framework_id ?? { value: framework.id };
}

/** Old clients leave the type out. */
function withType(check: HealthCheck): HealthCheck {
  if (check.type !== undefined) return check;
  if (check.command !== undefined && check.http === undefined) return { ...check, type: 'COMMAND' };
  if (check.http !== undefined && check.command === undefined) return { ...check, type: 'HTTP' };
  return check;
}

/** Why a task is not launched. */
type Refusal = Pick<MasterStatus, 'reason' | 'message'> & Partial<Pick<MasterStatus, 'state'>>;

/** The offer showed what has been given away since: no fault of the task, which may be launched elsewhere. */
function outdatedOffer(framework: Framework, message: string): Refusal {
  const state = framework.capabilities.has('PARTITION_AWARE') ? 'TASK_DROPPED' : 'TASK_LOST';
  return { state, reason: 'REASON_INVALID_OFFERS', message };
}

function refuseTask(context: MasterContext, framework: Framework, task: TaskInfo, refusal: Refusal): void {
  const status = masterStatus(context, {
    taskId: task.task_id.value,
    state: 'TASK_ERROR',
    ...refusal,
    agentId: task.agent_id.value,
  });
  countEnd(context, status);
  sendUpdate(framework, status);
}
