import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { access, chown, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../plumbing/clock.ts';
import type { CommandInfo, NetworkInfo } from '../v1.ts';
import { type Account, accountOf } from './account.ts';
import {
  type Container,
  type ContainerExit,
  type Containerizer,
  type ContainerRequest,
  type ContainerStatistics,
  LaunchError,
  type Limitation,
  type SideProcess,
  type SideProcessOptions,
} from './container.ts';
import type { Isolation, Isolator } from './isolation/isolator.ts';
import type { PortGuard } from './isolation/port-guard.ts';
import { openOutput } from './output-file.ts';
import { OutputLimiter } from './output-limiter.ts';
import { provideContainer } from './process-volumes.ts';

export interface ProcessContainerizerOptions {
  /** May still be opening: the first container waits for it. */
  readonly isolator: Promise<Isolator>;
  readonly ports: PortGuard;
  /** The agent's own; its processes share it. Default 127.0.0.1. */
  readonly address?: string;
  /** Size at which stdout and stderr are rotated; default 10 MiB each. */
  readonly outputLimitBytes?: number;
  readonly clock?: Clock;
}

/** Runs tasks as processes of this machine, each in its own session, as the Mesos containerizer does without images. */
export class ProcessContainerizer implements Containerizer {
  readonly name = 'mesos';
  readonly noun = 'Command';
  readonly #isolator: Promise<Isolator>;
  readonly #ports: PortGuard;
  readonly #address: string;
  readonly #limiter: OutputLimiter;

  constructor(options: ProcessContainerizerOptions) {
    this.#isolator = options.isolator;
    this.#ports = options.ports;
    this.#address = options.address ?? '127.0.0.1';
    this.#limiter = new OutputLimiter(options.clock ?? systemClock, options.outputLimitBytes ?? 10 * 2 ** 20);
  }

  get isolation(): Promise<readonly string[]> {
    return this.#isolator.then((isolator) => [...isolator.names, 'network/ports']);
  }

  async prepare(request: ContainerRequest): Promise<void> {
    if (request.container?.mesos?.image !== undefined) {
      throw new LaunchError(
        'Images need the docker runtime: this agent runs processes of its own machine only',
      );
    }
    await provideContainer(request.container, request.sandbox);
  }

  async start(request: ContainerRequest): Promise<Container> {
    const files = outputFiles(request.sandbox);
    const [isolation, account] = await Promise.all([
      this.#isolator.then((isolator) =>
        isolator.isolate(request.containerId, request.sandbox, request.allotment),
      ),
      findAccount(request.user),
      this.#ports.clear(request.allotment.ports),
    ]);
    if (account !== undefined) await chown(request.sandbox, account.uid, account.gid);
    try {
      const launch = {
        request,
        command: request.command,
        environment: request.environment,
        account,
        isolation,
      };
      const child = await spawnToFiles(launch);
      for (const file of files) this.#limiter.watch(file);
      const container = new ProcessContainer({ request, isolation, child, account, address: this.#address });
      void container.exited.then(() => {
        for (const file of files) this.#limiter.unwatch(file);
      });
      this.#ports.watch({
        ports: request.allotment.ports,
        pids: () => isolation.pids(),
        onTrespass: (limitation) => container.endFor(limitation),
        gone: container.exited,
      });
      return container;
    } catch (error) {
      await isolation.end();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    const isolator = await this.#isolator;
    await isolator.dispose();
  }
}

interface ProcessParts {
  readonly request: ContainerRequest;
  readonly isolation: Isolation;
  readonly child: SpawnedChild;
  readonly account: Account | undefined;
  readonly address: string;
}

class ProcessContainer implements Container {
  readonly pid: number;
  readonly networks: readonly NetworkInfo[];
  readonly checkAddress: string;
  readonly exited: Promise<ContainerExit>;
  readonly #request: ContainerRequest;
  readonly #isolation: Isolation;
  readonly #account: Account | undefined;
  #limitation: Limitation | undefined;

  constructor({ request, isolation, child, account, address }: ProcessParts) {
    this.networks = [{ ip_addresses: [{ protocol: 'IPv4', ip_address: address }] }];
    this.checkAddress = address;
    this.pid = child.pid;
    this.#request = request;
    this.#isolation = isolation;
    this.#account = account;
    void isolation.limited.then((limitation) => this.endFor(limitation));
    this.exited = child.exited.then(async (exit) => {
      this.#limitation ??= await isolation.limitation();
      await isolation.end();
      return this.#limitation === undefined ? exit : { ...exit, limitation: this.#limitation };
    });
  }

  /** Ends it because it used more than it was allotted. */
  endFor(limitation: Limitation): void {
    this.#limitation ??= limitation;
    this.destroy();
  }

  terminate(): void {
    void this.#isolation.signalAll('SIGTERM');
  }

  destroy(): void {
    void this.#isolation.signalAll('SIGKILL');
  }

  async run(command: CommandInfo, options: SideProcessOptions): Promise<SideProcess> {
    const launch = {
      request: this.#request,
      command,
      environment: { ...this.#request.environment, ...options.environment },
      account: this.#account,
      isolation: this.#isolation,
    };
    if (options.output === 'sandbox') {
      const child = await spawnToFiles(launch);
      return { exited: child.exited, kill: () => killGroup(child.pid) };
    }
    const child = await spawnInto(launch, ['pipe', 'pipe', 'pipe']);
    const { stdin, stdout, stderr } = child.process;
    // Writing to a process that has just ended is no fault of the harness.
    for (const stream of [stdin, stdout, stderr]) stream?.on('error', () => {});
    return {
      exited: child.exited,
      stdin: stdin ?? undefined,
      stdout: stdout ?? undefined,
      stderr: stderr ?? undefined,
      kill: () => killGroup(child.pid),
    };
  }

  statistics(): Promise<ContainerStatistics> {
    return this.#isolation.statistics();
  }
}

interface Launch {
  readonly request: ContainerRequest;
  readonly command: CommandInfo;
  readonly environment: Readonly<Record<string, string>>;
  readonly account: Account | undefined;
  readonly isolation: Isolation;
}

interface SpawnedChild {
  readonly pid: number;
  readonly process: ChildProcess;
  readonly exited: Promise<ContainerExit>;
}

/** Output is appended, so that the files can be emptied in place while the task writes. */
async function spawnToFiles(launch: Launch): Promise<SpawnedChild> {
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

async function spawnInto(launch: Launch, stdio: ('ignore' | 'pipe' | number)[]): Promise<SpawnedChild> {
  const { file, argv } = argvOf(launch.command);
  const entries = launch.isolation.entries;
  const enters = entries.length > 0 && argv[0] === file && launch.account === undefined;
  const [program, argv0, ...rest] = enters
    ? [
        '/bin/sh',
        'sh',
        '-c',
        enterAndBecome,
        'sh',
        String(entries.length),
        ...entries,
        file,
        ...argv.slice(1),
      ]
    : [file, ...argv];
  const child = spawn(program ?? file, rest, {
    argv0,
    cwd: launch.request.sandbox,
    env: launch.environment,
    detached: true,
    stdio,
    uid: launch.account?.uid,
    gid: launch.account?.gid,
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
  if (!enters) for (const entry of entries) writeFileSync(entry, String(pid));
  launch.isolation.started(pid);
  return { pid, process: child, exited };
}

/**
 * Joins the container's groups before it becomes the task, so that not even the task's first child is outside. What a
 * shell cannot do is give the program another `argv[0]`; such tasks, and those of another account, are moved right
 * after they have started.
 */
const enterAndBecome =
  'n=$1; shift; while [ $n -gt 0 ]; do echo 0 >"$1"; shift; n=$((n-1)); done 2>/dev/null; exec "$@"';

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

async function findAccount(user: string | undefined): Promise<Account | undefined> {
  if (user === undefined || process.getuid?.() !== 0) return undefined;
  const account = await accountOf(user);
  if (account === undefined) throw new LaunchError(`Failed to get user information for '${user}'`);
  return account.uid === 0 ? undefined : account;
}

function outputFiles(sandbox: string): readonly string[] {
  return [join(sandbox, 'stdout'), join(sandbox, 'stderr')];
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {}
}
