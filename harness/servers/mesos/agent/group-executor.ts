import type { KillPolicy } from '../v1.ts';
import type { ExecutorRun, TaskContainer } from './books.ts';
import type { TaskRun } from './task-run.ts';

export interface GroupMember {
  readonly containerId: string;
  readonly taskId: string;
  readonly run: TaskRun;
}

/** The default executor: runs groups of tasks, each of which lives and dies together. Ends with its last task. */
export class GroupExecutor implements ExecutorRun {
  /** Resolves with the executor's sandbox, made and filled. */
  readonly sandbox: Promise<string>;
  readonly ended: Promise<void>;
  readonly #onEnded: () => void;
  #settle: () => void = () => {};
  readonly #members = new Map<string, GroupMember>();

  constructor(sandbox: Promise<string>, onEnded: () => void) {
    this.sandbox = sandbox;
    this.#onEnded = onEnded;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    // Every task of the executor reports the failure itself.
    sandbox.catch(() => {});
  }

  /** One group: a member that fails or is killed takes the others along; one that finishes does not. */
  add(group: readonly GroupMember[]): void {
    for (const member of group) this.#members.set(member.taskId, member);
    for (const member of group) void this.#follow(member, group);
  }

  kill(taskId: string, policy: KillPolicy | undefined, reason?: string): void {
    this.#members.get(taskId)?.run.kill(policy, reason);
  }

  shutdown(): void {
    for (const { run } of this.#members.values()) run.kill();
  }

  async destroy(): Promise<void> {
    for (const { run } of this.#members.values()) run.destroy();
    await this.ended;
  }

  /** Nobody listens in a built-in executor. */
  message(): void {}

  containers(): readonly TaskContainer[] {
    return [...this.#members.values()].map(({ containerId, taskId, run }) => ({
      containerId,
      taskId,
      container: run.container,
    }));
  }

  async #follow(member: GroupMember, group: readonly GroupMember[]): Promise<void> {
    const state = await member.run.ended;
    this.#members.delete(member.taskId);
    if (state !== 'TASK_FINISHED') {
      for (const other of group) if (this.#members.has(other.taskId)) other.run.kill();
    }
    if (this.#members.size > 0) return;
    this.#onEnded();
    this.#settle();
  }
}
