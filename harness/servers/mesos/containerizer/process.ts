import { chmod } from 'node:fs/promises';
import { type Clock, systemClock } from '../../../plumbing/clock.ts';
import type { CommandInfo, Labels, NetworkInfo } from '../v1.ts';
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
import { giveTo } from './rights/ownership.ts';
import { type Rights, TaskRights } from './rights/task-rights.ts';
import { killGroup, outputFiles, type SpawnedChild, spawnInto, spawnToFiles } from './spawn.ts';

export interface ProcessContainerizerOptions {
  /** May still be opening: the first container waits for it. */
  readonly isolator: Promise<Isolator>;
  readonly ports: PortGuard;
  /** The agent's own; its processes share it. Default 127.0.0.1. */
  readonly address?: string;
  /** With which rights tasks run; by default as few as this machine allows. */
  readonly rights?: TaskRights;
  /** Hears why a task runs with more rights than it should. */
  readonly onNotice?: (text: string) => void;
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
  readonly #rights: TaskRights;
  readonly #onNotice: (text: string) => void;
  readonly #limiter: OutputLimiter;

  constructor(options: ProcessContainerizerOptions) {
    this.#isolator = options.isolator;
    this.#ports = options.ports;
    this.#address = options.address ?? '127.0.0.1';
    this.#rights = options.rights ?? new TaskRights();
    this.#onNotice = options.onNotice ?? (() => {});
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
    await provideContainer(request);
  }

  async start(request: ContainerRequest): Promise<Container> {
    const rights = await this.#rights.of(request);
    try {
      const [isolator] = await Promise.all([this.#isolator, this.#ports.clear(request.allotment.ports)]);
      if (rights.notice !== undefined) this.#onNotice(rights.notice);
      await handOver(request, rights);
      const isolation = await isolator.isolate(request.containerId, request.sandbox, request.allotment);
      return await this.#startIn(isolation, withHome(request, rights), rights);
    } catch (error) {
      rights.release();
      throw error;
    }
  }

  async #startIn(isolation: Isolation, request: ContainerRequest, rights: Rights): Promise<Container> {
    try {
      const { command, environment } = request;
      const child = await spawnToFiles({ request, command, environment, rights, isolation });
      const files = outputFiles(request.sandbox);
      for (const file of files) this.#limiter.watch(file);
      const container = new ProcessContainer({ request, isolation, child, rights, address: this.#address });
      void container.exited.then(() => {
        for (const file of files) this.#limiter.unwatch(file);
        rights.release();
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
  readonly rights: Rights;
  readonly address: string;
}

class ProcessContainer implements Container {
  readonly pid: number;
  readonly networks: readonly NetworkInfo[];
  readonly checkAddress: string;
  readonly labels: Labels | undefined;
  readonly exited: Promise<ContainerExit>;
  readonly #request: ContainerRequest;
  readonly #isolation: Isolation;
  readonly #rights: Rights;
  #limitation: Limitation | undefined;

  constructor({ request, isolation, child, rights, address }: ProcessParts) {
    this.networks = [{ ip_addresses: [{ protocol: 'IPv4', ip_address: address }] }];
    this.checkAddress = address;
    this.labels = labelsOf(rights);
    this.pid = child.pid;
    this.#request = request;
    this.#isolation = isolation;
    this.#rights = rights;
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
      rights: this.#rights,
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

/** A user that nobody has written down has no home but the sandbox. */
function withHome(request: ContainerRequest, { account }: Rights): ContainerRequest {
  if (account === undefined || account.name !== undefined) return request;
  return { ...request, environment: { HOME: request.sandbox, ...request.environment } };
}

/** What a page may tell about the rights of the task; nothing where the harness has none to give up. */
function labelsOf({ account, notice }: Rights): Labels | undefined {
  if (account === undefined && notice === undefined) return undefined;
  const user = account === undefined ? 'root' : (account.name ?? String(account.uid));
  return {
    labels: [
      { key: 'stagegate.user', value: user },
      ...(notice === undefined ? [] : [{ key: 'stagegate.notice', value: notice }]),
    ],
  };
}

/** Makes what the task works with the property of the user it runs as, out of sight of other tasks' users. */
async function handOver(request: ContainerRequest, { account }: Rights): Promise<void> {
  if (account === undefined) return;
  for (const file of outputFiles(request.sandbox)) await (await openOutput(file, 'append')).close();
  const volumes = request.volumes.map(({ path }) => path);
  for (const folder of [request.sandbox, ...volumes]) await giveTo(account, folder);
  if (account.name === undefined) await chmod(request.sandbox, 0o700);
}
