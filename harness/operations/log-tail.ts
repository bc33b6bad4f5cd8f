import { appIdOfTask, type LogLine, type MesosTask, readLine, sandboxOf } from '../diagnosis/index.ts';
import { StagegateError } from '../model/index.ts';
import { startOf } from './mesos.ts';
import { longestPart, type SandboxFiles } from './sandbox-files.ts';

export type LogStream = 'stdout' | 'stderr';

export interface LogTailOptions {
  readonly files: SandboxFiles;
  readonly task: MesosTask;
  readonly stream: LogStream;
  /** Go back as far as this, in milliseconds since the epoch; 0: only the end of the file. */
  readonly sinceMs: number;
}

/** Of a file whose lines are wanted from no certain time on, only this much of its end is read, in bytes. */
const tailBytes = 256 * 1024;
/** A file that stays silent is asked ever less often, up to every so many polls. */
const laziest = 8;

/** The end of one file in a task's sandbox, followed. */
export class LogTail {
  readonly #options: LogTailOptions;
  #offset: number | null = null;
  #rest: Buffer = Buffer.alloc(0);
  #lastTime: string;
  #isLive = false;
  #patience = 0;
  #silent = 0;
  isAtEnd = false;
  /** Nothing comes behind the end of the file any more. */
  isComplete = false;

  constructor(options: LogTailOptions) {
    this.#options = options;
    this.#lastTime = new Date(startOf(options.task) * 1000 || Date.now()).toISOString();
  }

  /** From now on, lines without a time of their own were printed when they are read. */
  goLive(): void {
    this.#isLive = true;
  }

  /** The lines since the last time; an unreachable file has none. */
  async poll(signal: AbortSignal): Promise<readonly LogLine[]> {
    if (this.#patience > 0) {
      this.#patience -= 1;
      return [];
    }
    try {
      const lines = await this.#read(signal);
      this.#silent = lines.length > 0 ? 0 : Math.min(this.#silent + 1, laziest);
      this.#patience = this.isAtEnd && this.#isLive ? this.#silent : 0;
      return lines;
    } catch (error) {
      if (!(error instanceof StagegateError) && !signal.aborted) throw error;
      // The task has no sandbox yet, or its agent is gone: looked at again later.
      this.#patience = laziest;
      this.isAtEnd = true;
      return [];
    }
  }

  async #read(signal: AbortSignal): Promise<readonly LogLine[]> {
    this.#offset ??= await this.#startingPoint(signal);
    const { data, size } = await this.#part(this.#offset, signal);
    // Shorter than before: the log was rotated.
    if (size < this.#offset) this.#offset = 0;
    else this.#offset += data.length;
    this.isAtEnd = this.#offset >= size;
    const lines = this.#linesIn(data);
    return this.isAtEnd && this.isComplete ? [...lines, ...this.#unfinishedLine()] : lines;
  }

  /** Goes back part by part until one begins before the time that is asked for. */
  async #startingPoint(signal: AbortSignal): Promise<number> {
    const { size } = await this.#part(0, signal);
    let start = Math.max(0, size - tailBytes);
    const { sinceMs } = this.#options;
    while (sinceMs > 0 && start > 0 && (await this.#timeAt(start, signal)) >= sinceMs) {
      start = Math.max(0, start - longestPart);
    }
    return start;
  }

  /** When the first line behind an offset that tells a time was printed; infinity when none of its part does. */
  async #timeAt(offset: number, signal: AbortSignal): Promise<number> {
    const { data } = await this.#part(offset, signal);
    for (const raw of data.toString('utf8').split('\n').slice(1)) {
      const { at } = readLine(raw);
      if (at !== null) return Date.parse(at);
    }
    return Number.POSITIVE_INFINITY;
  }

  #part(offset: number, signal: AbortSignal): Promise<{ readonly data: Buffer; readonly size: number }> {
    const { files, task, stream } = this.#options;
    return files.read(sandboxOf(task), stream, offset, signal);
  }

  /** Whole lines; bytes after the last line feed wait for the rest of their line. */
  #linesIn(data: Buffer): readonly LogLine[] {
    const all = Buffer.concat([this.#rest, data]);
    const end = all.lastIndexOf(0x0a) + 1;
    this.#rest = all.subarray(end);
    if (end === 0) return [];
    return all
      .subarray(0, end - 1)
      .toString('utf8')
      .split('\n')
      .map((line) => this.#line(line));
  }

  /** What a task printed last need not end in a line feed. */
  #unfinishedLine(): readonly LogLine[] {
    const raw = this.#rest.toString('utf8');
    this.#rest = Buffer.alloc(0);
    return raw === '' ? [] : [this.#line(raw)];
  }

  #line(raw: string): LogLine {
    const { task, stream } = this.#options;
    const { at, ...said } = readLine(raw);
    this.#lastTime = at ?? (this.#isLive ? new Date().toISOString() : this.#lastTime);
    return { ...said, at: this.#lastTime, appId: appIdOfTask(task.id), taskId: task.id, stream };
  }
}
