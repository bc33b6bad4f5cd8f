import { isDeepStrictEqual } from 'node:util';
import type { ExecutorInfo } from '../v1.ts';
import { commandProblem, containerProblem } from './command-validation.ts';
import { keyIn } from './entities.ts';
import { idProblem } from './id-validation.ts';
import type { OfferBudget } from './offer-budget.ts';
import { allocationProblem, resourcesProblem } from './resource-validation.ts';

/** Says why an executor cannot be used, in Mesos' words and order, or null. */
export function executorProblem(budget: OfferBudget, executor: ExecutorInfo): string | null {
  return (
    typeProblem(executor) ??
    idProblem(executor.executor_id.value) ??
    graceProblem(executor) ??
    prefixed("Executor's `CommandInfo` is invalid", commandProblem(executor.command)) ??
    prefixed("Executor's `ContainerInfo` is invalid", containerProblem(executor.container)) ??
    frameworkProblem(budget, executor) ??
    prefixed('Executor uses invalid resources', resourcesProblem(executor.resources ?? [])) ??
    prefixed('Invalid executor resources', allocationProblem(executor.resources ?? [], budget.role)) ??
    compatibilityProblem(budget, executor)
  );
}

function prefixed(prefix: string, problem: string | null): string | null {
  return problem === null ? null : `${prefix}: ${problem}`;
}

function typeProblem({ type, command, container }: ExecutorInfo): string | null {
  if (type === 'CUSTOM' && command === undefined) {
    return "'ExecutorInfo.command' must be set for 'CUSTOM' executor";
  }
  if (type !== 'DEFAULT') return null;
  if (command !== undefined) return "'ExecutorInfo.command' must not be set for 'DEFAULT' executor";
  if (container === undefined) return null;
  if (container.type !== 'MESOS')
    return "'ExecutorInfo.container.type' must be 'MESOS' for 'DEFAULT' executor";
  const image = container.mesos?.image;
  return image === undefined
    ? null
    : "'ExecutorInfo.container.mesos.image' must not be set for 'DEFAULT' executor";
}

function graceProblem({ shutdown_grace_period: grace }: ExecutorInfo): string | null {
  return (grace?.nanoseconds ?? 0) < 0 ? "ExecutorInfo's 'shutdown_grace_period' must be non-negative" : null;
}

function frameworkProblem({ framework }: OfferBudget, { framework_id }: ExecutorInfo): string | null {
  if (framework_id === undefined) return "'ExecutorInfo.framework_id' must be set";
  if (framework_id.value === framework.id) return null;
  return `ExecutorInfo has an invalid FrameworkID (Actual: ${framework_id.value} vs Expected: ${framework.id})`;
}

function compatibilityProblem({ agent, framework }: OfferBudget, executor: ExecutorInfo): string | null {
  const existing = agent.executors.get(keyIn(framework.id, executor.executor_id.value));
  if (existing === undefined || isDeepStrictEqual(existing.info, executor)) return null;
  const line = '-'.repeat(60);
  return [
    'ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.',
    line,
    `Existing ExecutorInfo:\n${JSON.stringify(existing.info)}`,
    line,
    `ExecutorInfo:\n${JSON.stringify(executor)}`,
    line,
    '',
  ].join('\n');
}
