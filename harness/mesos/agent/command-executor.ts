import type { KillPolicy } from '../v1.ts';
import type { ExecutorRun, TaskContainer } from './books.ts';
import type { TaskRun } from './task-run.ts';

/** The executor of a task that brought none. It lives exactly as long as the task. */
export class CommandExecutor implements ExecutorRun {
  readonly #container: TaskContainer;
  readonly #run: TaskRun;

  constructor(container: TaskContainer) {
    this.#container = container;
    this.#run = container.run;
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
    return [this.#container];
  }
}
