import type { PathId } from '../definition/index.ts';

const notWritten = (): never => {
  throw new Error('not written yet');
};

/** `a_b.instance-<uuid>` for `/a/b`. */
export function newInstanceId(_appId: PathId, _uuid: string): string {
  return notWritten();
}

/** `<instance>._app.1`: the first task of an instance. */
export function newTaskId(_instanceId: string): string {
  return notWritten();
}

/** The task that replaces `taskId` within the same instance. */
export function nextTaskId(_taskId: string): string {
  return notWritten();
}

/** Undefined when the text is no task id of ours. */
export function instanceIdOf(_taskId: string): string | undefined {
  return notWritten();
}

/** Works on task ids and instance ids. */
export function appIdOfTask(_id: string): PathId | undefined {
  return notWritten();
}
