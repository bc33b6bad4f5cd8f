import type { Allotment } from '../containerizer/container.ts';
import type { Range, TaskInfo } from '../v1.ts';

type Asking = Pick<TaskInfo, 'resources' | 'limits'>;

/** What a task or an executor asked for, in the figures containerizers work with. */
export function allotmentOf(task: Asking): Allotment {
  return {
    cpus: scalarOf(task, 'cpus'),
    memMiB: scalarOf(task, 'mem'),
    cpusLimit: limitOf(task, 'cpus'),
    memLimitMiB: limitOf(task, 'mem'),
    ports: portsOf(task),
  };
}

function scalarOf(task: Asking, name: string): number {
  return task.resources
    .filter((resource) => resource.name === name)
    .reduce((sum, resource) => sum + (resource.scalar?.value ?? 0), 0);
}

function limitOf(task: Asking, name: string): number | undefined {
  const limit = task.limits?.[name]?.value;
  return limit === undefined ? undefined : Number(limit);
}

function portsOf(task: Asking): readonly Range[] {
  return task.resources
    .filter((resource) => resource.name === 'ports')
    .flatMap((resource) => resource.ranges?.range ?? []);
}
