import { setTimeout as sleep } from 'node:timers/promises';
import { appIdOfTask, type LogLine, type MesosTask } from '../diagnosis/index.ts';
import type { ClusterAccess } from './access.ts';
import { type LogStream, LogTail } from './log-tail.ts';
import { AgentDirectory, hasEnded, listTasks, startOf } from './mesos.ts';
import { SandboxFiles } from './sandbox-files.ts';

export interface LogRequest {
  /** App ids; empty: all. */
  readonly appIds: readonly string[];
  /** Go on as tasks print and new tasks start. */
  readonly follow: boolean;
  /** Leave out what is older, in milliseconds since the epoch; absent: the end of each file. */
  readonly sinceMs?: number;
  readonly signal: AbortSignal;
}

/** Lines of several tasks that belong together: in order of time within one batch. */
export type LogBatch = readonly LogLine[];

/** More tasks are not followed at once: the newest go first. */
const mostTasks = 60;
const pollMs = 400;
const streams: readonly LogStream[] = ['stdout', 'stderr'];

/**
 * First what tasks have printed, those that ended included, as one batch; then what they go on printing. Reads through
 * Mesos' file endpoints, so it works for every runtime and cluster.
 */
export async function* readLogs(access: ClusterAccess, request: LogRequest): AsyncGenerator<LogBatch> {
  const { signal, sinceMs = 0, follow } = request;
  const files = new SandboxFiles(access, new AgentDirectory(access));
  const tails = new Map<string, LogTail>();
  const poll = async (): Promise<LogBatch> => {
    const lines = await Promise.all([...tails.values()].map((tail) => tail.poll(signal)));
    return lines.flat().filter(({ at }) => Date.parse(at) >= sinceMs);
  };
  const printed: LogLine[] = [];
  await addTails();
  do {
    printed.push(...(await poll()));
  } while (!signal.aborted && [...tails.values()].some(({ isAtEnd }) => !isAtEnd));
  yield inOrder(printed);
  for (const tail of tails.values()) tail.goLive();
  while (follow && !signal.aborted) {
    await sleep(pollMs, undefined, { signal }).catch(() => {});
    await addTails();
    const lines = await poll();
    if (lines.length > 0) yield inOrder(lines);
  }

  async function addTails(): Promise<void> {
    for (const task of wanted(await listTasks(access), request)) {
      for (const stream of streams) {
        const key = `${task.id} ${stream}`;
        const tail = tails.get(key) ?? new LogTail({ files, task, stream, sinceMs });
        tail.isComplete = hasEnded(task);
        tails.set(key, tail);
      }
    }
  }
}

function wanted(tasks: readonly MesosTask[], { appIds }: LogRequest): readonly MesosTask[] {
  const mine = tasks.filter(({ id }) => appIds.length === 0 || appIds.includes(appIdOfTask(id)));
  return mine.sort((a, b) => startOf(b) - startOf(a)).slice(0, mostTasks);
}

function inOrder(lines: readonly LogLine[]): LogBatch {
  return lines.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
