import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandInfo } from '../v1.ts';
import { type ContainerExit, type ContainerRequest, LaunchError } from './container.ts';
import type { Isolation } from './isolation/isolator.ts';
import { openOutput } from './output-file.ts';
import type { Rights } from './rights/task-rights.ts';

/** A process to be started in a container. */
export interface Launch {
  readonly request: ContainerRequest;
  readonly command: CommandInfo;
  readonly environment: Readonly<Record<string, string>>;
  readonly rights: Rights;
  readonly isolation: Isolation;
}

export interface SpawnedChild {
  readonly pid: number;
  readonly process: ChildProcess;
  readonly exited: Promise<ContainerExit>;
}

/** Output is appended, so that the files can be emptied in place while the task writes. */
export async function spawnToFiles(launch: Launch): Promise<SpawnedChild> {
  const handles = await Promise.all(
    outputFiles(launch.request.sandbox).map((file) => openOutput(file, 'append')),
  );
  try {
    return await spawnInto(launch, ['ignore', ...handles.map((handle) => handle.fd)]);
  } finally {
    // The process has its own copies by now; nobody has to wait until these are closed.
    for (const handle of handles) void handle.close();
  }
}

/** Resolves once the process has started. @throws LaunchError when it cannot be */
export async function spawnInto(
  launch: Launch,
  stdio: ('ignore' | 'pipe' | number)[],
): Promise<SpawnedChild> {
  const { file, argv } = argvOf(launch.command);
  const { entries } = launch.isolation;
  const { account, prefix } = launch.rights;
  const becomes = argv[0] === file && (entries.length > 0 || prefix.length > 0);
  const gaveUpAlready = becomes && prefix.length > 0;
  const { early, late } = gaveUpAlready
    ? setApart(launch.environment)
    : { early: launch.environment, late: [] };
  const words = [String(entries.length), ...entries, ...prefix, ...late, file, ...argv.slice(1)];
  const [program, argv0, ...rest] = becomes
    ? ['/bin/sh', 'sh', '-c', enterAndBecome, 'sh', ...words]
    : [file, ...argv];
  const child = spawn(program ?? file, rest, {
    argv0,
    cwd: launch.request.sandbox,
    env: early,
    detached: true,
    stdio,
    ...(account === undefined || gaveUpAlready ? {} : { uid: account.uid, gid: account.gid }),
  });
  const exited = exitOf(child);
  const pid = child.pid;
  if (pid === undefined) {
    // Listened for at once: the event comes before anything that is waited for.
    const failure = spawnFailure(child);
    await access(launch.request.sandbox, constants.X_OK).catch(() => {
      throw new LaunchError(`Failed to enter the sandbox '${launch.request.sandbox}'`);
    });
    throw new LaunchError(`Failed to execute '${file}': ${await failure}`, { exit: notExecuted });
  }
  if (!becomes || (account !== undefined && !gaveUpAlready))
    for (const entry of entries) writeFileSync(entry, String(pid));
  launch.isolation.started(pid);
  return { pid, process: child, exited };
}

/**
 * Joins the container's groups and gives up rights before it becomes the task, so that not even the task's first child
 * is outside. What a shell cannot do is give the program another `argv[0]`: such tasks are moved right after they have
 * started, and give up their user only.
 */
const enterAndBecome =
  'n=$1; shift; while [ $n -gt 0 ]; do echo 0 >"$1"; shift; n=$((n-1)); done 2>/dev/null; exec "$@"';

/** Variables that make a program run code before its own: none of the task's may do so before rights are given up. */
const loadsCode = /^(LD_|ENV$|BASH_|PS4$|SHELLOPTS$)/;

function setApart(environment: Readonly<Record<string, string>>): {
  readonly early: Readonly<Record<string, string>>;
  /** Words of a command that sets the others. */
  readonly late: readonly string[];
} {
  const entries = Object.entries(environment);
  const late = entries.filter(([name]) => loadsCode.test(name));
  if (late.length === 0) return { early: environment, late: [] };
  return {
    early: Object.fromEntries(entries.filter(([name]) => !loadsCode.test(name))),
    late: ['/usr/bin/env', ...late.map(([name, value]) => `${name}=${value}`)],
  };
}

/** With `shell: false`, `arguments` is the whole argv; without any, the file's own name is its only argument. */
function argvOf(command: CommandInfo): { readonly file: string; readonly argv: readonly string[] } {
  const value = command.value ?? '';
  if (command.shell ?? true) return { file: '/bin/sh', argv: ['/bin/sh', '-c', value] };
  const argv = command.arguments ?? [];
  return { file: value, argv: argv.length > 0 ? argv : [value] };
}

function exitOf(child: ChildProcess): Promise<ContainerExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      if (signal !== null) resolve({ kind: 'signalled', signal });
      else resolve({ kind: 'exited', code: code ?? 0 });
    });
    child.once('error', () => resolve(notExecuted));
  });
}

/** What a shell answers that cannot execute a file. */
const notExecuted: ContainerExit = { kind: 'exited', code: 127 };

function spawnFailure(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
  });
}

/** `stdout` and `stderr` of a sandbox. */
export function outputFiles(sandbox: string): readonly string[] {
  return [join(sandbox, 'stdout'), join(sandbox, 'stderr')];
}

/** Ends a process with all of its group, which may have ended already. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {}
}
