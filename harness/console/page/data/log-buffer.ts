import type { LogLine } from '../../../diagnosis/index.ts';

export interface NumberedLine extends LogLine {
  readonly id: number;
}

export interface LogFilter {
  /** Lower case; empty: everything. */
  readonly search: string;
  readonly levels: readonly string[];
  readonly requestId: string;
  readonly taskId: string;
}

/** Older lines are dropped. */
const mostLines = 100_000;

/** The lines a page holds, and those of them that a filter lets through; adding filters only what is new. */
export class LogBuffer {
  #all: NumberedLine[] = [];
  #shown: NumberedLine[] = [];
  #filter: LogFilter;
  #lastId = 0;

  constructor(filter: LogFilter) {
    this.#filter = filter;
  }

  get shown(): readonly NumberedLine[] {
    return this.#shown;
  }

  get total(): number {
    return this.#all.length;
  }

  add(lines: readonly LogLine[]): void {
    const numbered = lines.map((line) => {
      this.#lastId += 1;
      return { ...line, id: this.#lastId };
    });
    this.#all = [...this.#all, ...numbered].slice(-mostLines);
    this.#shown = [...this.#shown, ...numbered.filter((line) => passes(line, this.#filter))].slice(
      -mostLines,
    );
  }

  set filter(filter: LogFilter) {
    this.#filter = filter;
    this.#shown = this.#all.filter((line) => passes(line, filter));
  }
}

export function passes(line: LogLine, { search, levels, requestId, taskId }: LogFilter): boolean {
  if (taskId !== '' && line.taskId !== taskId) return false;
  if (requestId !== '' && line.requestId !== requestId && !line.text.includes(requestId)) return false;
  if (levels.length > 0 && !levels.includes(levelOf(line))) return false;
  return search === '' || line.text.toLowerCase().includes(search) || line.appId.includes(search);
}

/** error, warn, info or debug; what says nothing of itself goes by its stream. */
export function levelOf({ level, stream }: LogLine): string {
  const said = level?.toLowerCase() ?? '';
  if (said.startsWith('err') || said === 'fatal' || said === 'critical') return 'error';
  if (said.startsWith('warn')) return 'warn';
  if (said === 'debug' || said === 'trace') return 'debug';
  return said === '' && stream === 'stderr' ? 'error' : 'info';
}

export interface Readable {
  readonly message: string;
  /** The other fields of a line of JSON, as `name=value`. */
  readonly fields: string;
}

const known = new Set(['time', 'timestamp', 'ts', 'level', 'severity', 'service', 'message', 'msg']);

/** A line of JSON as a person reads it; any other line as it is. */
export function readable(text: string): Readable {
  if (!text.startsWith('{')) return { message: text, fields: '' };
  try {
    const line = JSON.parse(text) as Record<string, unknown>;
    const message = line.message ?? line.msg;
    if (typeof message !== 'string') return { message: text, fields: '' };
    const rest = Object.entries(line).filter(([name]) => !known.has(name));
    return {
      message,
      fields: rest
        .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join(' '),
    };
  } catch {
    return { message: text, fields: '' };
  }
}
