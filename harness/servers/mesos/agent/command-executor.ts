import type { KillPolicy } from '../v1.ts';
import type { ExecutorRun, TaskContainer } from './books.ts';
import type { TaskRun } from './task-run.ts';

/** The executor of a task that brought none. It lives exactly as long as the task. */
export class CommandExecutor implements ExecutorRun {
  readonly ended: Promise<unknown>;
  readonly #containerId: string;
  readonly #taskId: string;
  readonly #run: TaskRun;

  constructor(containerId: string, taskId: string, run: TaskRun) {
    this.#containerId = containerId;
    this.#taskId = taskId;
    this.#run = run;
    this.ended = run.ended;
  }

  kill(_taskId: string, policy: KillPolicy | undefined, reason?: string): void {
    this.#run.kill(policy, reason);
  }

  shutdown(): void {
    this.#run.kill();
  }

  async destroy(): Promise<void> {
    this.#run.destroy();
    await this.#run.ended;
  }

  /** Nobody listens in a built-in executor. */
  message(): void {}

  containers(): readonly TaskContainer[] {
    return [{ containerId: this.#containerId, taskId: this.#taskId, container: this.#run.container }];
  }
}
