import { relative } from 'node:path';
import { watch } from 'chokidar';
import { isNoSource } from '../../sources/index.ts';

/** An editor saves a file in several steps, and a formatter follows it. */
const quietMs = 80;

/** Files that change below a folder, in batches. */
export class FileChanges implements AsyncDisposable {
  readonly #watcher;
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #wake: () => void = () => undefined;
  /** Called at every change, whether or not anybody waits for the next batch. */
  onChange: () => void = () => undefined;

  private constructor(root: string) {
    this.#watcher = watch(root, {
      ignoreInitial: true,
      ignored: (path) => isNoSource(relative(root, path)),
    });
    this.#watcher.on('all', (_, path) => this.add(relative(root, path)));
  }

  /** Resolves once every file is watched. */
  static async open(root: string): Promise<FileChanges> {
    const changes = new FileChanges(root);
    await new Promise<void>((resolve) => changes.#watcher.once('ready', resolve));
    return changes;
  }

  /** As if the file had been saved. */
  add(file: string): void {
    this.#changed.add(file);
    this.onChange();
    this.#wakeSoon();
  }

  /** Resolves to what has changed since it was asked last, once nothing has changed for a moment. @throws when `signal` aborts */
  async next(signal: AbortSignal): Promise<readonly string[]> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#wake = resolve;
      if (this.#changed.size > 0) this.#wakeSoon();
    });
    const files = [...this.#changed].sort();
    this.#changed.clear();
    return files;
  }

  #wakeSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#wake(), quietMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher.close();
  }
}
