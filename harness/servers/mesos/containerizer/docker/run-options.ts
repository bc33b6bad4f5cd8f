import { isAbsolute, join } from 'node:path';
import type { ContainerCreateOptions } from 'dockerode';
import type { ContainerInfo, PortMapping, Volume } from '../../v1.ts';
import { type ContainerRequest, LaunchError, type PersistentVolume } from '../container.ts';
import { confine } from './confinement.ts';
import { applyParameters, type Draft } from './parameters.ts';

export interface DockerSurroundings {
  /** Network that BRIDGE containers join; absent: the engine's own bridge. */
  readonly network?: string;
  /** Address of this machine on which mapped ports are open. */
  readonly hostAddress: string;
  /** Of containers that share the machine's network. */
  readonly agentAddress: string;
  /** Put on every container, so that a reaper finds it. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Where the sandbox stands inside of a container. */
export const sandboxInside = '/mnt/mesos/sandbox';
const leastMemMiB = 32;
const quotaPeriodUs = 100_000;

export function containerNameOf(containerId: string): string {
  return `mesos-${containerId}`;
}

/**
 * What Mesos would put on the command line of `docker run`, as a request to the engine.
 * @throws LaunchError when the task asks for something that cannot be.
 */
export function createOptionsOf(
  request: ContainerRequest,
  around: DockerSurroundings,
): ContainerCreateOptions {
  const info = request.container ?? { type: 'DOCKER' };
  const docker = info.docker;
  if (docker === undefined) throw new LaunchError('No DockerInfo found in container info');
  const network = networkOf(info, around);
  const mappings = docker.port_mappings ?? [];
  requireMappable(request, docker.network ?? 'HOST', mappings);
  if (info.hostname !== undefined && network === 'host') {
    throw new LaunchError('Unable to set hostname with host network mode');
  }
  const name = containerNameOf(request.containerId);
  const draft: Draft = {
    body: {
      name,
      Image: docker.image,
      ...commandOf(request),
      ...(info.hostname === undefined ? {} : { Hostname: info.hostname }),
      ExposedPorts: Object.fromEntries(mappings.map((mapping) => [portKey(mapping), {}])),
    },
    host: {
      ...resourcesOf(request),
      NetworkMode: network,
      Privileged: docker.privileged === true,
      Binds: [
        `${request.sandbox}:${sandboxInside}`,
        ...(info.volumes ?? []).map((one) => bindOf(one, request)),
        ...request.volumes.map(persistentBind),
      ],
      PortBindings: portBindings(mappings, around.hostAddress),
      // The engine keeps a copy of the output of its own; it must not fill the disk either.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
    env: [
      ...Object.entries(request.taskEnvironment).map(([key, value]) => `${key}=${value}`),
      `MESOS_SANDBOX=${sandboxInside}`,
      `MESOS_CONTAINER_NAME=${name}`,
      `MESOS_ALLOCATION_ROLE=${request.role}`,
    ],
    labels: { ...around.labels, MESOS_TASK_ID: request.taskId },
    aliases: [],
  };
  applyParameters(draft, docker.parameters ?? []);
  confine(draft);
  const { body, host, env, labels, aliases } = draft;
  const endpoints = aliases.length === 0 ? {} : { EndpointsConfig: { [network]: { Aliases: aliases } } };
  return { ...body, HostConfig: host, Env: env, Labels: labels, NetworkingConfig: endpoints };
}

/** With `shell: false`, the file and its arguments follow the image's own entry point. */
function commandOf({ command }: ContainerRequest): Pick<ContainerCreateOptions, 'Cmd' | 'Entrypoint'> {
  if (command.shell ?? true) {
    if (command.value === undefined) throw new LaunchError('Shell specified but no command value provided');
    return { Entrypoint: ['/bin/sh'], Cmd: ['-c', command.value] };
  }
  const words = [...(command.value === undefined ? [] : [command.value]), ...(command.arguments ?? [])];
  return words.length === 0 ? {} : { Cmd: words };
}

function resourcesOf({ allotment }: ContainerRequest): NonNullable<ContainerCreateOptions['HostConfig']> {
  const { cpus, cpusLimit, memMiB, memLimitMiB } = allotment;
  const request = Math.max(memMiB, leastMemMiB) * 2 ** 20;
  const memory =
    memLimitMiB === undefined
      ? { Memory: request }
      : {
          MemoryReservation: request,
          ...(Number.isFinite(memLimitMiB) ? { Memory: Math.max(memLimitMiB, leastMemMiB) * 2 ** 20 } : {}),
        };
  const quota =
    cpusLimit === undefined || !Number.isFinite(cpusLimit)
      ? {}
      : { CpuPeriod: quotaPeriodUs, CpuQuota: Math.round(cpusLimit * quotaPeriodUs) };
  return { CpuShares: Math.max(2, Math.round(1024 * cpus)), ...quota, ...memory };
}

function networkOf(info: ContainerInfo, around: DockerSurroundings): string {
  const mode = info.docker?.network ?? 'HOST';
  switch (mode) {
    case 'HOST':
      return 'host';
    case 'NONE':
      return 'none';
    case 'BRIDGE':
      return around.network ?? 'bridge';
    case 'USER': {
      const name = info.network_infos?.[0]?.name;
      if (name === undefined) throw new LaunchError('No network name found in network info');
      return name;
    }
  }
}

function requireMappable(request: ContainerRequest, mode: string, mappings: readonly PortMapping[]): void {
  if (mappings.length === 0) return;
  if (mode === 'HOST' || mode === 'NONE') {
    throw new LaunchError('Port mappings are only supported for bridge and user-defined networks');
  }
  const { ports } = request.allotment;
  if (ports.length === 0) throw new LaunchError('Port mappings require port resources');
  for (const { host_port: port } of mappings) {
    if (!ports.some(({ begin, end }) => begin <= port && port <= end)) {
      throw new LaunchError(`Port [${port}] not included in resources`);
    }
  }
}

function portKey({ container_port: port, protocol = 'tcp' }: PortMapping): string {
  return `${port}/${protocol.toLowerCase()}`;
}

function portBindings(
  mappings: readonly PortMapping[],
  hostAddress: string,
): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const mapping of mappings) {
    bindings[portKey(mapping)] ??= [];
    bindings[portKey(mapping)]?.push({ HostIp: hostAddress, HostPort: String(mapping.host_port) });
  }
  return bindings;
}

function persistentBind({ path, containerPath, readOnly }: PersistentVolume): string {
  return `${path}:${insideOf(containerPath)}:${readOnly ? 'ro' : 'rw'}`;
}

function insideOf(containerPath: string): string {
  return isAbsolute(containerPath) ? containerPath : join(sandboxInside, containerPath);
}

/** Relative paths are of the sandbox, on either side. */
function bindOf(volume: Volume, request: ContainerRequest): string {
  const inside = insideOf(volume.container_path);
  const mode = volume.mode === 'RO' ? 'ro' : 'rw';
  const named = volume.source?.docker_volume as { readonly name?: string } | undefined;
  const outside = named?.name ?? volume.host_path ?? volume.container_path;
  const isPath = named?.name === undefined && !isAbsolute(outside);
  return `${isPath ? join(request.sandbox, outside) : outside}:${inside}:${mode}`;
}
