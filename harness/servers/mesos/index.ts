import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../plumbing/clock.ts';
import {
  type Agent,
  type AgentOptions,
  type DockerConfig,
  PortGuard,
  type Simulation,
  startAgent,
} from './agent/index.ts';
import { createFaults, type Faults } from './faults/index.ts';
import {
  type Credentials,
  type LogLine,
  type Master,
  type MasterFlags,
  type MasterOptions,
  startMaster,
} from './master/index.ts';

export type { Agent, DockerConfig } from './agent/index.ts';
export type { Faults } from './faults/index.ts';
export type { Credentials, LogLine, Master, MasterFlags } from './master/index.ts';

export interface AgentSpec {
  /** As Mesos writes them: `cpus:4;mem:4096;disk:10240;ports:[31000-32000]`. What is left out is detected. */
  readonly resources: string;
  /** As Mesos writes them: `rack:1;zone:a`. */
  readonly attributes?: string;
  readonly hostname?: string;
  /** Address it listens on, and where its tasks' ports are; default the cluster's `host`. */
  readonly host?: string;
}

export interface MesosOptions {
  readonly agents: readonly AgentSpec[];
  /** `docker` runs Docker containers and also process tasks, `process` only the latter, `simulated` neither. */
  readonly runtime: 'process' | 'docker' | 'simulated';
  /** Sandboxes, registry file, fetch cache. Created, and removed by disposing unless `keepWorkDir` is set. */
  readonly workDir: string;
  readonly keepWorkDir?: boolean;
  /** The master's; 0 or absent: the system picks. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly credentials?: Credentials;
  /** Lets pages of the master's own address read agents by `?jsonp=`, as the Mesos web UI does; default no. */
  readonly jsonp?: boolean;
  /** Put into every spawned process and, as labels, on every container. */
  readonly taskEnvironment?: Readonly<Record<string, string>>;
  /** Network that Docker's BRIDGE containers of a role join, asked at each start; absent: the engine's own bridge. */
  readonly dockerNetwork?: (role: string) => Promise<string>;
  /** As the agent flag `--docker_config`: what agents pull images with. Asked at each pull. */
  readonly dockerConfig?: () => DockerConfig;
  /** Where published container ports are bound, default the agent's own address. */
  readonly hostBindAddress?: string;
  readonly clock?: Clock;
  /** For the `simulated` runtime: how its tasks behave. */
  readonly simulation?: Simulation;
  readonly allocationIntervalMs?: number;
  /** The rest of what may be set on the master. */
  readonly masterFlags?: Partial<MasterFlags>;
  readonly onLog?: (line: LogLine) => void;
}

/** A running cluster. Disposing it ends every task and frees every port. */
export interface Mesos extends AsyncDisposable {
  readonly url: URL;
  readonly master: Master;
  readonly agents: readonly Agent[];
  readonly faults: Faults;
}

/** Resolves once the master answers and every agent is registered. What a failing start had begun is undone. */
export async function startMesos(options: MesosOptions): Promise<Mesos> {
  await using started = new AsyncDisposableStack();
  started.defer(async () => {
    if (options.keepWorkDir !== true) await rm(options.workDir, { recursive: true, force: true });
  });
  const master = started.use(await startMaster(masterOptions(options)));
  const guards = new Map<string, PortGuard>();
  const agents = await Promise.all(
    options.agents.map(async (spec, index) => {
      // Agents are made up; the ports of an address are there once.
      const host = spec.host ?? options.host ?? '127.0.0.1';
      const ports = guards.get(host) ?? new PortGuard(options.clock ?? systemClock);
      guards.set(host, ports);
      return started.use(await startAgent({ ...agentOptions(options, master, spec, index), host, ports }));
    }),
  );
  const running = started.move();
  return {
    url: master.url,
    master,
    agents,
    faults: createFaults({ agents, master }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function masterOptions(options: MesosOptions): MasterOptions {
  const { workDir, host, port, credentials, jsonp, clock, onLog, allocationIntervalMs, masterFlags } =
    options;
  const flags = { ...masterFlags, ...(allocationIntervalMs === undefined ? {} : { allocationIntervalMs }) };
  return { workDir: join(workDir, 'master'), host, port, credentials, jsonp, clock, onLog, flags };
}

function agentOptions(options: MesosOptions, master: Master, spec: AgentSpec, index: number): AgentOptions {
  const { workDir, runtime, credentials, jsonp, clock, onLog } = options;
  const { taskEnvironment, dockerNetwork, dockerConfig, hostBindAddress, simulation } = options;
  return {
    ...spec,
    master: master.door,
    masterHostname: master.url.hostname,
    pages: [master.url.origin],
    workDir: join(workDir, `agent-${index}`),
    runtime,
    credentials,
    jsonp,
    taskEnvironment,
    dockerNetwork,
    dockerConfig,
    hostBindAddress,
    clock,
    simulation,
    onLog,
  };
}
