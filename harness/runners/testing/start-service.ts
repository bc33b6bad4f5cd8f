import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../plumbing/free-port.ts';
import { unpackedBundle } from './bundles.ts';
import { createDatabase } from './databases.ts';
import { atEndOfFile } from './end-of-file.ts';
import { addRunningProvider } from './running-services.ts';
import { stage, stageService } from './stage.ts';

/** How a service ended: as `exit` of a child process tells it. */
export interface ServiceExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One service as it ships, running as a process of this machine. */
export interface RunningService extends AsyncDisposable {
  readonly url: string;
  /** Its own database, for seeding; absent when it keeps no data. */
  readonly databaseUrl?: string;
  /** What it has written so far, both streams. */
  logs(): string;
  /** Sends `signal` (default SIGTERM) and resolves when it has ended; after ten seconds it is killed. */
  stop(signal?: NodeJS.Signals): Promise<ServiceExit>;
}

const readyTimeoutMs = 20_000;
const pollMs = 20;
const stopTimeoutMs = 10_000;
/** Refuses every connection at once: a neighbour that a test did not ask for must not answer by chance. */
const nobody = 'http://127.0.0.1:9';

/**
 * Starts the shipped bundle of a service with a database of its own and resolves once it answers 200 where it says that it is ready.
 * Neighbours refuse connections unless `env` names others. It is stopped at the end of the test file.
 *
 * @example
 * const inventory = await startService('inventory');
 * const orders = await startService('orders', { env: { INVENTORY_URL: stub.url } });
 */
export async function startService(
  name: string,
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<RunningService> {
  const { tasksEnvironment, externals } = stage();
  const service = stageService(name);
  const folder = await unpackedBundle(name);
  const database = service.database === undefined ? undefined : await createDatabase(name);
  const port = await freePort('127.0.0.1');
  const child = spawn('/bin/sh', ['-c', commandOf(name)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      NODE_ENV: 'production',
      // What runs the tests also runs services; other tools are where this machine has them.
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'}`,
      ...tasksEnvironment,
      ...mapValues(service.settings, (value) => value.replaceAll('{port}', String(port))),
      ...mapValues(service.neighbours, () => nobody),
      ...mapValues(service.externals, (external) => externals[external] ?? nobody),
      ...(service.database === undefined || database === undefined
        ? {}
        : { [service.database]: database.url }),
      LISTEN_ADDRESS: '127.0.0.1',
      PORT: String(port),
      ...options.env,
    },
  });
  let output = '';
  const collect = (chunk: string): void => {
    output += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  const stop = (signal?: NodeJS.Signals): Promise<ServiceExit> => stopChild(child, signal);
  atEndOfFile(() => stop());
  const url = `http://127.0.0.1:${port}`;
  const ended = (): string | undefined => (hasEnded(child) ? describeExit(child) : undefined);
  const remove = addRunningProvider({ name, url, logs: () => output, ended });
  atEndOfFile(async () => remove());
  await untilReady({ name, url, path: service.ready ?? null, child, logs: () => output });
  return {
    url,
    ...(database === undefined ? {} : { databaseUrl: database.url }),
    logs: () => output,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

function commandOf(name: string): string {
  const { start } = stageService(name);
  if (start === undefined) throw new Error(`${name} has no start command; write services.${name}.start.`);
  return start;
}

async function untilReady(input: {
  readonly name: string;
  readonly url: string;
  /** Null: it answers something, whatever that is. */
  readonly path: string | null;
  readonly child: ChildProcess;
  readonly logs: () => string;
}): Promise<void> {
  const { name, url, path, child, logs } = input;
  const deadline = performance.now() + readyTimeoutMs;
  let last = 'no answer yet';
  while (performance.now() < deadline) {
    if (hasEnded(child)) {
      throw new Error(`${name} ended (${describeExit(child)}) before it was ready: ${lastOutput(logs())}`);
    }
    try {
      const response = await fetch(`${url}${path ?? '/'}`);
      await response.body?.cancel();
      if (response.status === 200 || path === null) return;
      last = `status ${response.status}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await delay(pollMs);
  }
  throw new Error(
    `${name} was not ready in ${readyTimeoutMs} ms: ${path ?? '/'}: ${last}: ${lastOutput(logs())}`,
  );
}

async function stopChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<ServiceExit> {
  if (!hasEnded(child)) {
    const ended = once(child, 'exit');
    child.kill(signal);
    const kill = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(kill);
  }
  return { code: child.exitCode, signal: child.signalCode };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function describeExit(child: ChildProcess): string {
  return child.exitCode === null ? `signal ${child.signalCode}` : `exit code ${child.exitCode}`;
}

/** The line that most likely says why, and below it the last lines written. */
function lastOutput(log: string): string {
  const lines = log.trimEnd().split('\n').slice(-20);
  const telling = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '';
  return telling === '' ? 'it wrote nothing' : `${telling.trim()}\n\nIt wrote:\n${lines.join('\n')}`;
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
