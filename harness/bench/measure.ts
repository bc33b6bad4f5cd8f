import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const askAgainMs = 5;
const answerWithinMs = 60_000;

/** A started process and the milliseconds since its start. */
export interface Started extends AsyncDisposable {
  readonly process: ChildProcess;
  elapsedMs(): number;
}

export interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs Node with these arguments. Disposing asks the process to end, and waits for it. */
export function startNode({ args, cwd, env }: Command): Started {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, CI: 'true', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr?.resume();
  return {
    process: child,
    elapsedMs: () => performance.now() - startedMs,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Milliseconds until the process ended. @throws when it failed, with what it printed last */
export async function timeToEnd(command: Command): Promise<number> {
  await using started = startNode(command);
  let printed = '';
  started.process.stdout?.on('data', (chunk) => {
    printed += chunk;
  });
  const [code] = await once(started.process, 'close');
  if (code !== 0) {
    throw new Error(`node ${command.args.join(' ')} ended with ${code}:\n${printed.slice(-2_000)}`);
  }
  return started.elapsedMs();
}

/** The first line that a process prints; the rest is thrown away. */
export async function firstLine({ process: { stdout } }: Started): Promise<string> {
  if (stdout === null) throw new Error('its output is not read');
  const [line] = await once(createInterface(stdout), 'line');
  stdout.resume();
  return String(line);
}

/** Resolves at the first answer with status 200. */
export async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + answerWithinMs;
  for (;;) {
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    if (performance.now() > deadline) throw new Error(`${url} was not ready in ${answerWithinMs} ms`);
    await pause(askAgainMs);
  }
}
