import type { RecordedTask, Side } from '../../model/recording.ts';

/** The members of Marathon's events that tell the life of a task. */
export interface TaskEvent {
  readonly eventType: string;
  readonly [member: string]: unknown;
}

/** What the rehearsal knows about an app's version; undefined: none of ours. */
export type VersionOf = (
  appId: string,
  version: string,
) => { readonly service: string; readonly side: Side } | undefined;

const terminal = new Set([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_LOST',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
]);

/** The tasks after one more event. Pure. */
export function withEvent(
  tasks: readonly RecordedTask[],
  event: TaskEvent,
  atMs: number,
  versionOf: VersionOf,
): readonly RecordedTask[] {
  switch (event.eventType) {
    case 'status_update_event':
      return withStatus(tasks, event, atMs, versionOf);
    case 'instance_health_changed_event':
      if (event.healthy !== true) return tasks;
      return tasks.map((task) =>
        task.healthyMs === null && task.id.startsWith(`${String(event.instanceId)}.`)
          ? { ...task, healthyMs: atMs }
          : task,
      );
    default:
      return tasks;
  }
}

function withStatus(
  tasks: readonly RecordedTask[],
  event: TaskEvent,
  atMs: number,
  versionOf: VersionOf,
): readonly RecordedTask[] {
  const id = String(event.taskId);
  const known = tasks.find((task) => task.id === id);
  if (known === undefined) {
    const version = versionOf(String(event.appId), String(event.version));
    if (version === undefined) return tasks;
    const born: RecordedTask = {
      id,
      ...version,
      startedMs: atMs,
      runningMs: null,
      healthyMs: null,
      askedToEndMs: null,
      endedMs: null,
      end: null,
    };
    return withStatus([...tasks, born], event, atMs, versionOf);
  }
  const state = String(event.taskStatus);
  const change: Partial<RecordedTask> =
    state === 'TASK_RUNNING'
      ? { runningMs: known.runningMs ?? atMs }
      : state === 'TASK_KILLING'
        ? { askedToEndMs: known.askedToEndMs ?? atMs }
        : terminal.has(state) && known.endedMs === null
          ? { endedMs: atMs, end: `${state}: ${String(event.message ?? '')}` }
          : {};
  return tasks.map((task) => (task === known ? { ...task, ...change } : task));
}
