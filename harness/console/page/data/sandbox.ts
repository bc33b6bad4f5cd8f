import { type Sandbox, sandboxPath } from '../../../diagnosis/index.ts';
import { get } from '../api.ts';
import type { Framework, MesosState, MesosTask } from './types.ts';

export interface FileInfo {
  readonly path: string;
  readonly mode: string;
  readonly size: number;
  readonly mtime: number;
  readonly uid: string;
  readonly gid: string;
}

export function sandboxHref(sandbox: Sandbox, folder = ''): string {
  const { agentId, frameworkId, executorId } = sandbox;
  return `/sandbox/${agentId}/${frameworkId}/${executorId}${folder === '' ? '' : `?path=${encodeURIComponent(folder)}`}`;
}

/** A task that Mesos remembers, running or ended; null when it does not. */
export async function findTask(taskId: string, signal?: AbortSignal): Promise<MesosTask | null> {
  const state = await get<MesosState>('mesos/state', signal);
  return (
    tasksOf([...state.frameworks, ...(state.completed_frameworks ?? [])]).find(({ id }) => id === taskId) ??
    null
  );
}

export function tasksOf(frameworks: readonly Framework[]): readonly MesosTask[] {
  return frameworks.flatMap(({ tasks = [], completed_tasks = [], unreachable_tasks = [] }) => [
    ...tasks,
    ...unreachable_tasks,
    ...completed_tasks,
  ]);
}

export interface FilePart {
  readonly data: string;
  readonly offset: number;
}

/** With offset -1 the agent says only how long the file is, in `offset`. */
export function readPart(
  sandbox: Sandbox,
  file: string,
  offset: number,
  length: number,
  signal?: AbortSignal,
): Promise<FilePart> {
  const query = new URLSearchParams({
    path: sandboxPath(sandbox, file),
    offset: String(offset),
    length: String(length),
  });
  return get<FilePart>(`agents/${sandbox.agentId}/files/read?${query}`, signal);
}

/** The last lines of a file. */
export async function readEnd(sandbox: Sandbox, file: string, lines: number): Promise<string> {
  const { offset: size } = await readPart(sandbox, file, -1, 0);
  const start = Math.max(0, size - 8_192);
  const { data } = await readPart(sandbox, file, start, 8_192);
  return data.trimEnd().split('\n').slice(-lines).join('\n');
}
