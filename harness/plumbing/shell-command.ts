import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { endGroup } from './end-group.ts';

export interface ShellOptions {
  readonly cwd: string;
  /** On top of this process's own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Takes everything it prints. */
  readonly logFile?: string;
}

/** How a command ended. `output` is both streams as they came; of very much, the beginning and the end. */
export interface ShellResult {
  readonly end: 'exited' | 'killed' | 'timed-out' | 'aborted' | 'not-started';
  readonly exitCode: number | null;
  readonly output: string;
}

const keptAtStart = 256 * 1024;
const keptAtEnd = 256 * 1024;
const graceMs = 2_000;

/** Runs a command in a shell and a process group of its own; at its end, whatever of the group is left is ended too. */
export async function runShell(command: string, options: ShellOptions): Promise<ShellResult> {
  const { cwd, env, signal, timeoutMs, logFile } = options;
  if (signal.aborted) return { end: 'aborted', exitCode: null, output: '' };
  const child = spawn('/bin/sh', ['-c', command], {
    cwd,
    // The Node that runs this is found first: what it starts may need as recent a one.
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const kept = new KeptOutput();
  const log = logFile === undefined ? null : createWriteStream(logFile, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      kept.add(chunk);
      log?.write(chunk);
    });
  }
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let force: NodeJS.Timeout | undefined;
  const end = (): void => {
    endGroup(child.pid, 'SIGTERM');
    force = setTimeout(() => endGroup(child.pid, 'SIGKILL'), graceMs);
  };
  stop.addEventListener('abort', end, { once: true });
  const { promise, resolve } = Promise.withResolvers<Pick<ShellResult, 'end' | 'exitCode'>>();
  child.once('error', (error) => {
    kept.add(Buffer.from(error.message));
    resolve({ end: 'not-started', exitCode: null });
  });
  // On `exit`, not `close`: a child left behind may hold the pipes open for ever.
  child.once('exit', (exitCode, killedBy) => {
    endGroup(child.pid, 'SIGKILL');
    const afterwards = signal.aborted
      ? 'aborted'
      : stop.aborted
        ? 'timed-out'
        : killedBy === null
          ? 'exited'
          : 'killed';
    const finish = (): void => resolve({ end: afterwards, exitCode });
    child.once('close', finish);
    setTimeout(finish, graceMs).unref();
  });
  try {
    return { ...(await promise), output: kept.text() };
  } finally {
    clearTimeout(force);
    stop.removeEventListener('abort', end);
    log?.end();
  }
}

class KeptOutput {
  #start = '';
  #end = '';
  #dropped = false;

  add(chunk: Buffer): void {
    const text = chunk.toString('utf8');
    const room = keptAtStart - this.#start.length;
    this.#start += text.slice(0, Math.max(0, room));
    this.#end += text.slice(Math.max(0, room));
    if (this.#end.length <= keptAtEnd * 2) return;
    this.#end = this.#end.slice(-keptAtEnd);
    this.#dropped = true;
  }

  text(): string {
    return this.#dropped ? `${this.#start}\n… (cut) …\n${this.#end}` : this.#start + this.#end;
  }
}
