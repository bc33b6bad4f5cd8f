import type { FrameworkInfo } from '../v1.ts';
import { completeTask, type ExecutorRecord, type FrameworkRecord } from './books.ts';

const completedFrameworksKept = 50;
const completedExecutorsKept = 150;

/** The frameworks an agent works for, and has worked for. */
export class Frameworks {
  readonly live = new Map<string, FrameworkRecord>();
  /** Without anything left to do; oldest first. */
  readonly completed: FrameworkRecord[] = [];

  /** The framework's record, with what is newly known of it; one that was completed comes back with its history. */
  enter(info: FrameworkInfo): FrameworkRecord {
    const id = info.id ?? { value: '' };
    const known = this.live.get(id.value) ?? this.#takeBack(id.value);
    if (known !== undefined) {
      known.info = { ...info, id };
      this.live.set(id.value, known);
      return known;
    }
    const framework: FrameworkRecord = {
      info: { ...info, id },
      executors: new Map(),
      completedExecutors: [],
      ending: false,
    };
    this.live.set(id.value, framework);
    return framework;
  }

  /** Every executor that is not completed. */
  *executors(): Generator<ExecutorRecord> {
    for (const framework of this.live.values()) yield* framework.executors.values();
  }

  executorOf(frameworkId: string, taskId: string): ExecutorRecord | undefined {
    const framework = this.live.get(frameworkId);
    const own = framework?.executors.get(taskId);
    if (own?.tasks.has(taskId)) return own;
    return framework?.executors.values().find((executor) => executor.tasks.has(taskId));
  }

  /** Moves an executor without running or unacknowledged tasks to the completed ones, and its framework likewise. */
  retire(executor: ExecutorRecord): void {
    const { framework } = executor;
    if (executor.run !== null || executor.tasks.size > 0) return;
    if (framework.executors.get(executor.id) !== executor) return;
    framework.executors.delete(executor.id);
    framework.completedExecutors.push(executor);
    if (framework.completedExecutors.length > completedExecutorsKept) framework.completedExecutors.shift();
    if (framework.executors.size === 0) this.#complete(framework);
  }

  /** Completes a framework whatever it has left to do. */
  forget(framework: FrameworkRecord): void {
    for (const executor of framework.executors.values()) {
      for (const taskId of [...executor.tasks.keys()]) completeTask(executor, taskId);
      framework.completedExecutors.push(executor);
    }
    framework.executors.clear();
    this.#complete(framework);
  }

  #complete(framework: FrameworkRecord): void {
    this.live.delete(framework.info.id.value);
    this.completed.push(framework);
    if (this.completed.length > completedFrameworksKept) this.completed.shift();
  }

  /** A framework that was shut down stays completed: its id starts anew. */
  #takeBack(frameworkId: string): FrameworkRecord | undefined {
    const index = this.completed.findIndex(({ info, ending }) => info.id.value === frameworkId && !ending);
    return index < 0 ? undefined : this.completed.splice(index, 1)[0];
  }
}
