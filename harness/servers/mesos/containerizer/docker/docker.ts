import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';
import Docker from 'dockerode';
import { type Clock, systemClock } from '../../../../plumbing/clock.ts';
import {
  type Container,
  type ContainerExit,
  type Containerizer,
  type ContainerRequest,
  LaunchError,
  type Limitation,
} from '../container.ts';
import { memoryLimitation } from '../isolation/isolator.ts';
import type { PortGuard } from '../isolation/port-guard.ts';
import { OutputLimiter } from '../output-limiter.ts';
import { DockerContainer } from './docker-container.ts';
import { type DockerConfig, provideImage } from './images.ts';
import { copyOutput } from './output.ts';
import { createOptionsOf, type DockerSurroundings } from './run-options.ts';

export interface DockerContainerizerOptions extends Omit<DockerSurroundings, 'network'> {
  /** Network that BRIDGE containers of a role join, asked at each start; absent: the engine's own bridge. */
  readonly dockerNetwork?: (role: string) => Promise<string>;
  readonly ports: PortGuard;
  /** What images are pulled with, beside what a task fetched. */
  readonly dockerConfig?: () => DockerConfig;
  /** Size at which stdout and stderr in the sandbox are rotated; default 10 MiB each. */
  readonly outputLimitBytes?: number;
  readonly clock?: Clock;
}

/** Runs tasks with `container.type` DOCKER on the local engine. */
export class DockerContainerizer implements Containerizer {
  readonly name = 'docker';
  readonly noun = 'Container';
  readonly isolation = ['docker/cpu', 'docker/mem'];
  readonly #docker = new Docker();
  readonly #around: Omit<DockerSurroundings, 'network'>;
  readonly #networkOf: ((role: string) => Promise<string>) | undefined;
  readonly #ports: PortGuard;
  readonly #dockerConfig: () => DockerConfig;
  readonly #limiter: OutputLimiter;
  /** Created and not yet removed. */
  readonly #containers = new Set<Docker.Container>();

  constructor(options: DockerContainerizerOptions) {
    this.#around = options;
    this.#networkOf = options.dockerNetwork;
    this.#ports = options.ports;
    this.#dockerConfig = options.dockerConfig ?? (() => ({}));
    this.#limiter = new OutputLimiter(options.clock ?? systemClock, options.outputLimitBytes ?? 10 * 2 ** 20);
  }

  async prepare(request: ContainerRequest, signal: AbortSignal): Promise<void> {
    const { docker, volumes = [] } = request.container ?? {};
    // Refused requests should fail before an image is pulled for them.
    createOptionsOf(request, this.#around);
    for (const { host_path } of volumes) {
      const inSandbox = host_path !== undefined && !isAbsolute(host_path);
      if (inSandbox) await provideDirectory(join(request.sandbox, host_path));
    }
    const always = docker?.force_pull_image === true;
    const { sandbox } = request;
    const configured = this.#dockerConfig();
    await provideImage(this.#docker, docker?.image ?? '', { always, sandbox, configured, signal });
  }

  async start(request: ContainerRequest): Promise<Container> {
    const network = await this.#networkOf?.(request.role);
    const options = createOptionsOf(request, {
      ...this.#around,
      ...(network === undefined ? {} : { network }),
    });
    const { ports } = request.allotment;
    await this.#ports.clear(ports);
    const container = await this.#docker.createContainer(options).catch(asRunFailure);
    this.#containers.add(container);
    try {
      const output = await container.attach({ stream: true, stdout: true, stderr: true });
      // An engine that goes away while the container starts is reported by the call that starts it.
      output.on('error', () => {});
      await container.start().catch(asRunFailure);
      const inspected = await container.inspect();
      const copied = this.#follow(output as unknown as Readable, request.sandbox, options.Tty === true);
      const exited = this.#exitOf(container, copied);
      // The engine keeps containers to their own ports; theirs are guarded against processes.
      this.#ports.watch({ ports, pids: async () => [], onTrespass: () => {}, gone: exited });
      return new DockerContainer({
        docker: this.#docker,
        container,
        inspected,
        exited,
        agentAddress: this.#around.agentAddress,
      });
    } catch (error) {
      await this.#remove(container);
      throw error;
    }
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#containers].map((container) => this.#remove(container)));
  }

  async #follow(output: Readable, sandbox: string, isTerminal: boolean): Promise<void> {
    const files = [join(sandbox, 'stdout'), join(sandbox, 'stderr')];
    for (const file of files) this.#limiter.watch(file);
    await copyOutput(output, sandbox, isTerminal);
    for (const file of files) this.#limiter.unwatch(file);
  }

  async #exitOf(container: Docker.Container, copied: Promise<void>): Promise<ContainerExit> {
    const code = await container.wait().then(
      ({ StatusCode }: { StatusCode: number }) => StatusCode,
      (error: Error) => error,
    );
    await copied;
    if (code instanceof Error) {
      await this.#remove(container);
      return { kind: 'lost', why: whyLost(code) };
    }
    const limitation = code === 0 ? undefined : await memoryLimitationOf(container);
    await this.#remove(container);
    return { kind: 'exited', code, ...(limitation === undefined ? {} : { limitation }) };
  }

  async #remove(container: Docker.Container): Promise<void> {
    await container.remove({ force: true, v: true }).catch(() => {});
    this.#containers.delete(container);
  }
}

/** What the container ended with cannot be known. */
function whyLost(error: Error & { readonly statusCode?: number }): string {
  return error.statusCode === 404
    ? 'somebody removed the container'
    : `the Docker engine went away while the container ran: ${error.message}`;
}

/** The engine tells that a container was ended for its memory, but not how much it wanted. */
async function memoryLimitationOf(container: Docker.Container): Promise<Limitation | undefined> {
  const inspected = await container.inspect().catch(() => undefined);
  const limitBytes = inspected?.HostConfig.Memory ?? 0;
  return inspected?.State.OOMKilled === true && limitBytes > 0
    ? memoryLimitation(limitBytes, limitBytes)
    : undefined;
}

/** What `docker run` would have exited with: the program is missing, cannot be run, or the engine refused. */
function asRunFailure(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  const missing = /executable file not found|no such file or directory/i.test(message);
  const code = missing ? 127 : /permission denied/i.test(message) ? 126 : 125;
  throw new LaunchError(message, { cause: error, exit: { kind: 'exited', code } });
}

/** What was fetched to that place, which may be a file, stays as it is. */
async function provideDirectory(path: string): Promise<void> {
  if (!existsSync(path)) await mkdir(path, { recursive: true });
}
