import { Resources } from '../allocator/resources.ts';
import type { ExecutorInfo } from '../v1.ts';
import { type Agent, type Framework, keyIn } from './entities.ts';

/** What an ACCEPT works on: the resources of its offers, spent operation by operation. */
export interface OfferBudget {
  readonly framework: Framework;
  readonly agent: Agent;
  readonly role: string;
  left: Resources;
}

/** What a task and the executor it brings would take. */
export function demandOf(
  budget: OfferBudget,
  resources: Resources,
  executor: ExecutorInfo | undefined,
): Resources {
  if (executor === undefined) return resources;
  const known = budget.agent.executors.has(keyIn(budget.framework.id, executor.executor_id.value));
  return known ? resources : resources.plus(Resources.from(executor.resources));
}
