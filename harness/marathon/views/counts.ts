import type { AppDefinition } from '../definition/index.ts';
import type { InstanceView } from './instance.ts';

export interface TaskCounts {
  readonly staged: number;
  readonly running: number;
  readonly healthy: number;
  readonly unhealthy: number;
}

export type CountedTask = Pick<InstanceView, 'condition' | 'health' | 'startedAt' | 'version'>;

export function taskCounts(_tasks: readonly CountedTask[]): TaskCounts {
  throw new Error('not written yet');
}

/** `tasksStats` of an app; classes without tasks are left out. */
export function taskStats(
  _app: AppDefinition,
  _tasks: readonly CountedTask[],
  _now: number,
): Readonly<Record<string, unknown>> {
  throw new Error('not written yet');
}
