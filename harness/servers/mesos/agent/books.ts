import type { Container } from '../containerizer/container.ts';
import type { ExecutorInfo, FrameworkInfo, KillPolicy, TaskInfo, TaskState, TaskStatus } from '../v1.ts';

/** What an agent knows of one task. */
export interface TaskRecord {
  readonly task: TaskInfo;
  readonly role: string;
  state: TaskState;
  /** One per state, oldest first; a repeated state replaces the last. */
  readonly statuses: TaskStatus[];
}

/** What an agent knows of one executor; a command task has its own, with the task's id. */
export interface ExecutorRecord {
  readonly id: string;
  readonly kind: 'command' | 'default' | 'custom';
  /** As the framework described it; absent for command tasks. */
  readonly info?: ExecutorInfo;
  readonly framework: FrameworkRecord;
  readonly role: string;
  readonly containerId: string;
  /** Absolute path of the sandbox; empty when simulated. */
  readonly sandbox: string;
  readonly startedAt: number;
  readonly tasks: Map<string, TaskRecord>;
  readonly completedTasks: TaskRecord[];
  /** Null once every task ended and nothing runs any more. */
  run: ExecutorRun | null;
}

export interface FrameworkRecord {
  info: FrameworkInfo & { readonly id: { readonly value: string } };
  readonly executors: Map<string, ExecutorRecord>;
  readonly completedExecutors: ExecutorRecord[];
  /** Set while the framework is being shut down: its statuses interest nobody any more. */
  ending: boolean;
}

/** The running part of an executor, whichever its kind. */
export interface ExecutorRun {
  /** Resolves when nothing of it is left and everything was reported. */
  readonly ended: Promise<unknown>;
  kill(taskId: string, policy: KillPolicy | undefined, reason?: string): void;
  /** Ends every task, politely first; reports as usual. */
  shutdown(): void;
  /** Ends everything at once; resolves when nothing is left. */
  destroy(): Promise<void>;
  message(data: string): void;
  /** What of it runs, or is about to. */
  containers(): readonly TaskContainer[];
}

export interface TaskContainer {
  readonly containerId: string;
  readonly taskId: string;
  /** Null before it has started. */
  readonly container: Container | null;
}

/** What an executor says about a task; the agent adds who, where and when. */
export type StatusNews = Pick<TaskStatus, 'state'> & Partial<Omit<TaskStatus, 'state' | 'task_id'>>;

const completedTasksKept = 200;

/** Writes a status into the books; an ended task moves to the completed ones when its framework has heard of it. */
export function noteStatus(record: TaskRecord, status: TaskStatus): void {
  record.state = status.state;
  if (record.statuses.at(-1)?.state === status.state) record.statuses.pop();
  record.statuses.push(status);
}

/** Moves a task that its framework need not hear of any more. */
export function completeTask(executor: ExecutorRecord, taskId: string): void {
  const record = executor.tasks.get(taskId);
  if (record === undefined) return;
  executor.tasks.delete(taskId);
  executor.completedTasks.push(record);
  if (executor.completedTasks.length > completedTasksKept) executor.completedTasks.shift();
}
