import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { StagegateError } from '../../model/index.ts';
import { freePort } from '../../plumbing/free-port.ts';
import { messageOf } from '../../plumbing/thrown.ts';
import { type Binaries, locateBinaries } from './binaries.ts';
import type { PostgresOptions } from './postgres-options.ts';
import { type Server, superuser, throwAwaySettings } from './server.ts';
import { findOwner, type Owner, reachableFolder } from './unprivileged.ts';

/** Somebody may take the picked port before the server does. */
const portTries = 3;
const startTimeoutMs = 30_000;

/** Starts the embedded binaries on loopback, under another user when this one is root, whom PostgreSQL refuses. */
export async function startEmbedded(options: PostgresOptions, password: string): Promise<Server> {
  await using undo = new AsyncDisposableStack();
  const owner = await findOwner();
  const folder = await reachableFolder(options, owner);
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const binaries = await locateBinaries(folder, owner);
  const data = join(folder, 'data');
  await initialise({ binaries, data, folder, owner, password, options });
  for (let tries = 1; ; tries++) {
    const port = await freePort('127.0.0.1');
    const started = await startServer({ binaries, data, port, owner, options });
    if (started.kind === 'ready') {
      undo.defer(() => stop(started.child));
      const kept = undo.move();
      const address = { host: '127.0.0.1', port };
      return {
        adminAddress: address,
        taskAddress: address,
        [Symbol.asyncDispose]: () => kept.disposeAsync(),
      };
    }
    if (!(started.log.includes('Address already in use') && tries < portTries)) {
      throw storeFailed(options.logFile, started.log);
    }
  }
}

interface Initialisation {
  readonly binaries: Binaries;
  readonly data: string;
  readonly folder: string;
  readonly owner: Owner | null;
  readonly password: string;
  readonly options: PostgresOptions;
}

async function initialise(init: Initialisation): Promise<void> {
  const { binaries, data, folder, owner, password, options } = init;
  const passwordFile = join(folder, 'password');
  await mkdir(data);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const path of [data, passwordFile]) if (owner !== null) await chown(path, owner.uid, owner.gid);
  await chmod(data, 0o700);
  try {
    await execa(
      binaries.initdb,
      [
        `--pgdata=${data}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ],
      { ...(owner ?? {}), cwd: folder, env: options.marker, all: true, cancelSignal: options.signal },
    );
  } catch (error) {
    options.signal.throwIfAborted();
    const said = messageOf(error);
    await writeFile(options.logFile, `${said}\n`);
    throw storeFailed(options.logFile, said);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

interface ServerStart {
  readonly binaries: Binaries;
  readonly data: string;
  readonly port: number;
  readonly owner: Owner | null;
  readonly options: PostgresOptions;
}

type Started =
  | { readonly kind: 'ready'; readonly child: ChildProcess }
  | { readonly kind: 'ended'; readonly log: string };

async function startServer({ binaries, data, port, owner, options }: ServerStart): Promise<Started> {
  const settings: Readonly<Record<string, string>> = {
    ...throwAwaySettings,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_memory_type: 'mmap',
    dynamic_shared_memory_type: 'mmap',
    io_method: 'sync',
  };
  const child = spawn(
    binaries.postgres,
    [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    {
      ...(owner ?? {}),
      cwd: data,
      env: options.marker,
      stdio: ['ignore', 'ignore', 'pipe'],
      // Its own group: a Ctrl-C in the terminal is for us, who stop it after its clients.
      detached: true,
    },
  );
  const ended = new Promise<'ended'>((resolve) => {
    child.once('error', () => resolve('ended'));
    child.once('exit', () => resolve('ended'));
  });
  const log = createWriteStream(options.logFile, { flags: 'a' });
  child.stderr.pipe(log);
  const ready = new Promise<'ready'>((resolve) => {
    let said = '';
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!said.includes('ready to accept connections')) return;
      child.stderr.off('data', listen);
      resolve('ready');
    };
    child.stderr.on('data', listen);
  });
  const late = AbortSignal.any([options.signal, AbortSignal.timeout(startTimeoutMs)]);
  const gaveUp = new Promise<'late'>((resolve) => {
    late.addEventListener('abort', () => resolve('late'), { once: true });
    if (late.aborted) resolve('late');
  });
  const outcome = await Promise.race([ready, ended, gaveUp]);
  if (outcome === 'ready') return { kind: 'ready', child };
  await stop(child);
  options.signal.throwIfAborted();
  if (outcome === 'late') throw storeFailed(options.logFile, `not ready after ${startTimeoutMs} ms`);
  return {
    kind: 'ended',
    log: await readFile(options.logFile, 'utf8').catch(() => 'it could not be started'),
  };
}

/** At once and without a checkpoint: the data goes away with the server. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGQUIT');
  await exited;
}

function storeFailed(logFile: string, said: string): StagegateError {
  const last = said.trim().split('\n').slice(-4).join('\n  ');
  return new StagegateError('SG_STORE_FAILED', `PostgreSQL did not start; its log is ${logFile}:\n  ${last}`);
}
