/** Sums over the books: what is used and what is offered, by agent and by framework. */
import { Resources } from '../../allocator/resources.ts';
import { isTerminal } from '../../task-states.ts';
import type { MasterContext } from '../context.ts';
import type { Agent, Executor, Framework, Task } from '../entities.ts';

const holds = (task: Task): boolean => !isTerminal(task.state) && task.state !== 'TASK_UNREACHABLE';

export function usedOn(agent: Agent): Resources {
  return Resources.sum([
    ...agent.tasks
      .values()
      .filter(holds)
      .map(({ resources }) => resources),
    ...agent.executors.values().map(({ resources }) => resources),
  ]);
}

export function usedBy(context: MasterContext, framework: Framework): Resources {
  return Resources.sum([
    ...framework.tasks
      .values()
      .filter(holds)
      .map(({ resources }) => resources),
    ...executorsOf(context, framework).map(({ executor }) => executor.resources),
  ]);
}

export function offeredOn(agent: Agent): Resources {
  return Resources.sum(agent.offers.values().map(({ resources }) => resources));
}

export function offeredTo(framework: Framework): Resources {
  return Resources.sum(framework.offers.values().map(({ resources }) => resources));
}

export function executorsOf(
  context: MasterContext,
  framework: Framework,
): { readonly agent: Agent; readonly executor: Executor }[] {
  const found: { agent: Agent; executor: Executor }[] = [];
  for (const agent of context.agents.values()) {
    for (const executor of agent.executors.values()) {
      if (executor.frameworkId === framework.id) found.push({ agent, executor });
    }
  }
  return found;
}
