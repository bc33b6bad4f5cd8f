import type { PathId } from '../definition/index.ts';

/** `a_b.instance-<uuid>` for `/a/b`. */
export function newInstanceId(appId: PathId, uuid: string): string {
  return `${appId.slice(1).replaceAll('/', '_')}.instance-${uuid}`;
}

/** `<instance>._app.1`: the first task of an instance. */
export function newTaskId(instanceId: string): string {
  return `${instanceId}._app.1`;
}

/** The task that replaces `taskId` within the same instance. */
export function nextTaskId(taskId: string): string {
  const [, instanceId, incarnation] = taskIdPattern.exec(taskId) ?? [];
  if (instanceId === undefined) throw new Error(`not a task id: ${taskId}`);
  return `${instanceId}._app.${Number(incarnation) + 1}`;
}

const taskIdPattern = /^(.+\.instance-[^.]+)\._app\.(\d+)$/;

/** Undefined when the text is no task id of ours. */
export function instanceIdOf(taskId: string): string | undefined {
  return taskIdPattern.exec(taskId)?.[1];
}

/** Works on task ids and instance ids. */
export function appIdOfTask(id: string): PathId | undefined {
  const name = /^(.+)\.instance-[^.]+(\._app\.\d+)?$/.exec(id)?.[1];
  return name === undefined ? undefined : `/${name.replaceAll('_', '/')}`;
}
