import { PassThrough, type Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { CommandInfo, NetworkInfo } from '../../v1.ts';
import type {
  Container,
  ContainerExit,
  ContainerStatistics,
  SideProcess,
  SideProcessOptions,
} from '../container.ts';

export interface DockerContainerParts {
  readonly docker: Docker;
  readonly container: Docker.Container;
  readonly inspected: Docker.ContainerInspectInfo;
  readonly exited: Promise<ContainerExit>;
  /** Of a container on the machine's own network. */
  readonly agentAddress: string;
}

export class DockerContainer implements Container {
  readonly pid: number;
  readonly data: string;
  readonly networks: readonly NetworkInfo[];
  readonly checkAddress: string;
  readonly exited: Promise<ContainerExit>;
  readonly #docker: Docker;
  readonly #container: Docker.Container;
  readonly #stopSignal: string;

  constructor({ docker, container, inspected, exited, agentAddress }: DockerContainerParts) {
    this.#docker = docker;
    this.#container = container;
    this.exited = exited;
    this.pid = inspected.State.Pid;
    this.data = Buffer.from(JSON.stringify([inspected])).toString('base64');
    this.networks = networksOf(inspected, agentAddress);
    this.checkAddress = this.networks[0]?.ip_addresses?.[0]?.ip_address ?? agentAddress;
    this.#stopSignal = (inspected.Config as { StopSignal?: string }).StopSignal ?? 'SIGTERM';
  }

  terminate(): void {
    void this.#container.kill({ signal: this.#stopSignal }).catch(() => {});
  }

  destroy(): void {
    void this.#container.kill({ signal: 'SIGKILL' }).catch(() => {});
  }

  async run(command: CommandInfo, options: SideProcessOptions): Promise<SideProcess> {
    const piped = options.output === 'piped';
    const exec = await this.#container.exec({
      Cmd: wordsOf(command),
      Env: Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`),
      AttachStdin: piped,
      AttachStdout: true,
      AttachStderr: true,
      Tty: options.terminal === true,
    });
    const stream = await exec.start({ hijack: true, stdin: piped, Tty: options.terminal === true });
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    if (options.terminal === true) stream.pipe(stdout);
    else this.#docker.modem.demuxStream(stream, stdout, stderr);
    if (!piped) {
      stdout.resume();
      stderr.resume();
    }
    const exited = ended(stream).then(async (): Promise<ContainerExit> => {
      stdout.end();
      stderr.end();
      const { ExitCode } = await exec.inspect().catch(() => ({ ExitCode: 137 }));
      return { kind: 'exited', code: ExitCode ?? 137 };
    });
    const kill = (): void => void killExec(exec);
    return piped ? { exited, stdin: stream, stdout, stderr, kill } : { exited, kill };
  }

  async statistics(): Promise<ContainerStatistics> {
    const figures = await this.#container.stats({ stream: false, 'one-shot': true });
    const { cpu_stats: cpu, memory_stats: memory, pids_stats: pids } = figures;
    return {
      timestamp: Date.now() / 1000,
      cpus_user_time_secs: cpu.cpu_usage.usage_in_usermode / 1e9,
      cpus_system_time_secs: cpu.cpu_usage.usage_in_kernelmode / 1e9,
      mem_rss_bytes: memory.stats?.total_rss ?? 0,
      mem_total_bytes: memory.usage ?? 0,
      mem_limit_bytes: memory.limit ?? 0,
      processes: pids?.current ?? 0,
    };
  }
}

/** A container on the machine's own network has the agent's address. */
function networksOf(inspected: Docker.ContainerInspectInfo, agentAddress: string): readonly NetworkInfo[] {
  const found = Object.entries(inspected.NetworkSettings.Networks).flatMap(([name, { IPAddress }]) =>
    IPAddress ? [{ name, ip_addresses: [{ protocol: 'IPv4', ip_address: IPAddress } as const] }] : [],
  );
  return found.length > 0 ? found : [{ ip_addresses: [{ protocol: 'IPv4', ip_address: agentAddress }] }];
}

function wordsOf(command: CommandInfo): string[] {
  const value = command.value ?? '';
  if (command.shell ?? true) return ['/bin/sh', '-c', value];
  return [value, ...(command.arguments ?? []).slice(1)];
}

/** The engine has no call for it, but it tells the process's number on this machine. */
async function killExec(exec: Docker.Exec): Promise<void> {
  try {
    const { Pid, Running } = await exec.inspect();
    if (Running && Pid > 0) process.kill(Pid, 'SIGKILL');
  } catch {}
}

function ended(stream: Readable | NodeJS.ReadWriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('end', () => resolve());
    stream.once('close', () => resolve());
    stream.on('error', () => resolve());
  });
}
