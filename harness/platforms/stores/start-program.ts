import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, constants, readFile, rm } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { execa } from 'execa';
import type { StoreSpec } from '../../model/index.ts';
import { endGroup } from '../../plumbing/end-group.ts';
import { freePort } from '../../plumbing/free-port.ts';
import type { Login, RunningServer, StoreRecipe } from './recipe.ts';
import type { StoreOptions } from './store.ts';
import { findOwner, reachableFolder } from './unprivileged.ts';
import { untilReady } from './until-ready.ts';

/** A server that was started for the run; disposing it stops it and removes its data. */
export interface StartedServer extends RunningServer, AsyncDisposable {
  /** As tasks reach it. */
  readonly taskAddress: RunningServer['address'];
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;

/** The first of a recipe's programs that is on the PATH; null when none is. */
export async function findProgram(
  { programs }: StoreRecipe,
  path = process.env.PATH ?? '',
): Promise<string | null> {
  const folders = [...path.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  const candidates = programs.flatMap((name) =>
    isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name)),
  );
  for (const candidate of candidates) {
    const runs = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return candidate;
  }
  return null;
}

/** Starts a program of this machine on `host`. @throws with the last lines it printed */
export async function startProgram(
  recipe: StoreRecipe,
  program: string,
  server: { readonly spec: StoreSpec; readonly name: string; readonly host: string; readonly login: Login },
  options: StoreOptions,
): Promise<StartedServer> {
  const { spec, name, host, login } = server;
  const { marker, signal } = options;
  if (recipe.program === undefined) throw new Error(`${recipe.title} is run in a container only`);
  await using undo = new AsyncDisposableStack();
  const owner = await findOwner();
  const folder = await reachableFolder({ ...options, name }, owner);
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort(host);
  const place = { program, folder, host, port, login, owner, marker, signal };
  const { args, env = {}, execEnv = {}, unprivileged = false } = await recipe.program(place);
  const logFile = join(options.logs, `${name}.log`);
  const log = createWriteStream(logFile, { flags: 'a' });
  const child = spawn(program, [...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...marker, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own group: a Ctrl-C in the terminal is for us, who stop it after its clients.
    detached: true,
    ...(unprivileged && owner !== null ? owner : {}),
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  let failed: string | null = null;
  child.once('error', (error) => {
    failed = error.message;
  });
  undo.defer(() => stop(child));
  const running: RunningServer = {
    address: { host, port },
    login,
    async exec([command = '', ...rest]) {
      const beside = isAbsolute(program) ? `${dirname(program)}${delimiter}` : '';
      const path = `${beside}${process.env.PATH ?? ''}`;
      return (await execa(command, rest, { env: { PATH: path, ...execEnv }, cwd: folder, all: true })).all;
    },
  };
  const ended = (): string | null =>
    failed ?? (child.exitCode === null && child.signalCode === null ? null : 'it ended');
  try {
    await untilReady(() => recipe.ping(running, spec), { timeoutMs: startTimeoutMs, ended, signal });
  } catch (error) {
    signal.throwIfAborted();
    const said = await lastLines(logFile);
    throw new Error(`${(error as Error).message}; its log is ${logFile}${said}`, { cause: error });
  }
  const kept = undo.move();
  return { ...running, taskAddress: running.address, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function stop(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  endGroup(child.pid, 'SIGTERM');
  const kill = setTimeout(() => endGroup(child.pid, 'SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(kill);
  endGroup(child.pid, 'SIGKILL');
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text === '' ? '' : `:\n  ${text.trim().split('\n').slice(-6).join('\n  ')}`;
}
