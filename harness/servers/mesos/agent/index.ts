import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Clock, systemClock } from '../../../plumbing/clock.ts';
import type { Credentials } from '../../http/index.ts';
import { parseAttributes, parseResources } from '../allocator/resource-format.ts';
import {
  type DockerConfig,
  openContainerizers,
  PortGuard,
  type RuntimeKind,
  type Simulation,
} from '../containerizer/index.ts';
import type { AgentDescription, MasterDoor } from '../link.ts';
import type { WireCondition } from '../link-pair.ts';
import { mesosVersion } from '../master/master-info.ts';
import type { LogLine } from '../master/master-log.ts';
import { AgentCore } from './agent.ts';
import { resourcesOf } from './detected-resources.ts';
import { type AgentServer, startAgentServer } from './http/server.ts';
import { Sessions } from './http/sessions.ts';
import type { AgentView } from './http/view.ts';
import { Workspace } from './workspace.ts';

export { type DockerConfig, PortGuard, type Simulation } from '../containerizer/index.ts';

export interface AgentOptions {
  readonly master: MasterDoor;
  /** As Mesos writes them: `cpus:4;mem:4096;disk:10240;ports:[31000-32000]`. What is left out is detected. */
  readonly resources: string;
  /** As Mesos writes them: `rack:1;zone:a`. */
  readonly attributes?: string;
  /** Name under which offers show the agent; default `host`. */
  readonly hostname?: string;
  /** Address to listen on, default 127.0.0.1; and port, default picked by the system. */
  readonly host?: string;
  readonly port?: number;
  /** Asked for on the agent's endpoints; absent: anybody on this machine may read and call them. */
  readonly credentials?: Credentials;
  /** Origins of pages that may use the agent's endpoints: the master's, whose web UI asks agents directly. */
  readonly pages?: readonly string[];
  readonly jsonp?: boolean;
  /** What `/state` calls the master; default `host`. */
  readonly masterHostname?: string;
  /** Folder of this agent alone; made when it is missing, never removed. */
  readonly workDir: string;
  /** `docker` runs Docker tasks and process tasks; `process` only the latter; `simulated` neither. */
  readonly runtime: RuntimeKind;
  /** Variables put into every process, and as labels on every container, so that a reaper finds them. */
  readonly taskEnvironment?: Readonly<Record<string, string>>;
  /** Network that Docker's BRIDGE containers of a role join, asked at each start; absent: the engine's own bridge. */
  readonly dockerNetwork?: (role: string) => Promise<string>;
  /** As the agent flag `--docker_config`: what images are pulled with. Asked at each pull. */
  readonly dockerConfig?: () => DockerConfig;
  /** Address on which mapped ports of Docker containers are open; default `host`. */
  readonly hostBindAddress?: string;
  /** Shared by the agents of this address, whose ports are the same; default one of its own. */
  readonly ports?: PortGuard;
  readonly clock?: Clock;
  /** For the `simulated` runtime: how its tasks behave. */
  readonly simulation?: Simulation;
  readonly onLog?: (line: LogLine) => void;
}

/** A registered agent. Disposing it ends its tasks with all their processes; nothing is left running. */
export interface Agent extends AsyncDisposable {
  readonly id: string;
  readonly url: URL;
  /** What the wire to the master is like from now on. */
  setNetwork(condition: WireCondition): void;
  /** As when its machine fails: every task ends, nobody is told, and the master gets no answer any more. */
  lose(): Promise<void>;
  /** Puts a lost agent's machine back, empty; it registers again under its id. */
  bringBack(): void;
  /** As when the agent's process is restarted: tasks of frameworks with checkpoints go on, others end. */
  restart(): Promise<void>;
}

/** Resolves once the agent is registered. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const clock = options.clock ?? systemClock;
  const host = options.host ?? '127.0.0.1';
  const simulated = options.runtime === 'simulated';
  const workDir = resolve(options.workDir);
  const workspace = simulated ? null : new Workspace(workDir);
  const marks = options.taskEnvironment ?? {};
  await using undo = new AsyncDisposableStack();
  const containerizers = await openContainerizers({
    runtime: options.runtime,
    clock,
    marks,
    ports: options.ports ?? new PortGuard(clock),
    dockerNetwork: options.dockerNetwork,
    dockerConfig: options.dockerConfig,
    hostBindAddress: options.hostBindAddress ?? host,
    agentAddress: host,
    simulation: options.simulation,
    onNotice: once((text) => options.onLog?.({ level: 'warning', text })),
  });
  for (const containerizer of containerizers) undo.defer(() => containerizer.dispose());
  if (!simulated) await mkdir(join(workDir, 'slaves'), { recursive: true });
  const server = simulated
    ? null
    : await startAgentServer({
        host,
        port: options.port ?? 0,
        credentials: options.credentials,
        pages: options.pages,
        ...(options.jsonp === undefined ? {} : { jsonp: options.jsonp }),
      });
  undo.defer(() => server?.close());
  const port = server?.port ?? options.port ?? 5051;
  const description: AgentDescription = {
    hostname: options.hostname ?? host,
    port,
    pid: `slave(1)@${host}:${port}`,
    resources: simulated ? parseResources(options.resources) : await resourcesOf(options.resources, workDir),
    attributes: parseAttributes(options.attributes ?? ''),
    ...(simulated ? {} : { machine: host }),
    version: mesosVersion,
    capabilities,
  };
  const registered = Promise.withResolvers<string>();
  const core = new AgentCore({
    master: options.master,
    clock,
    description,
    containerizers,
    workspace,
    marks,
    onRegistered: registered.resolve,
    log: (text) => options.onLog?.({ level: 'info', text }),
  });
  undo.defer(() => core.destroyAll());
  const sessions = new Sessions(core);
  const masterHostname = options.masterHostname ?? host;
  const view = { core, containerizers, description, workDir, clock, sessions, masterHostname };
  server?.serve(view);
  core.registration.start();
  undo.defer(() => core.registration.stop());
  await registered.promise;
  return new RunningAgent(core, { server, view, url: new URL(`http://${host}:${port}`), undo: undo.move() });
}

/** Passes every text on once, however often it is said. */
function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    tell(text);
  };
}

/** What the agent says of itself when it registers. */
const capabilities = [
  'MULTI_ROLE',
  'HIERARCHICAL_ROLE',
  'RESERVATION_REFINEMENT',
  'RESOURCE_PROVIDER',
  'RESIZE_VOLUME',
  'AGENT_OPERATION_FEEDBACK',
  'AGENT_DRAINING',
  'TASK_RESOURCE_LIMITS',
] as const;

interface Parts {
  readonly server: AgentServer | null;
  readonly view: AgentView;
  readonly url: URL;
  readonly undo: AsyncDisposableStack;
}

class RunningAgent implements Agent {
  readonly #core: AgentCore;
  readonly #parts: Parts;

  constructor(core: AgentCore, parts: Parts) {
    this.#core = core;
    this.#parts = parts;
  }

  get url(): URL {
    return this.#parts.url;
  }

  get id(): string {
    return this.#core.registration.agentId ?? '';
  }

  setNetwork(condition: WireCondition): void {
    this.#core.registration.setCondition(condition);
  }

  async lose(): Promise<void> {
    this.#parts.server?.serve(null);
    this.#core.registration.setCondition({ kind: 'cut' });
    this.#core.registration.stop();
    await this.#core.destroyAll();
    this.#core.forgetAll();
  }

  bringBack(): void {
    this.#core.registration.setCondition({ kind: 'sound' });
    this.#parts.server?.serve(this.#parts.view);
    this.#core.registration.start();
  }

  async restart(): Promise<void> {
    this.#parts.server?.serve(null);
    this.#core.registration.stop();
    await this.#core.destroyUncheckpointed();
    this.#parts.server?.serve(this.#parts.view);
    this.#core.registration.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.undo.disposeAsync();
  }
}
