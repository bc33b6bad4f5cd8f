import type { ContainerInfo, NetworkInfo, Volume, PortMapping as WireMapping } from '../../mesos/v1.ts';
import type { AppDefinition, Container, DockerContainer, LinuxInfo } from '../definition/index.ts';
import type { TaskPort } from './ports.ts';

/** The CNI network that stands for `container/bridge` with the Mesos containerizer. */
const bridgeName = 'mesos-bridge';

/** Undefined for a plain command in the agent's network. */
export function containerInfoOf(
  app: AppDefinition,
  taskId: string,
  ports: readonly TaskPort[],
): ContainerInfo | undefined {
  const { container } = app;
  if (container === undefined) return undefined;
  const volumes = container.volumes.flatMap(volumeOf);
  const common = volumes.length > 0 ? { volumes } : {};
  return container.type === 'DOCKER' && container.docker !== undefined
    ? { type: 'DOCKER', ...common, ...dockerOf(app, container.docker, taskId, ports) }
    : { type: 'MESOS', ...common, ...mesosOf(app, container, ports) };
}

function dockerOf(
  app: AppDefinition,
  docker: DockerContainer,
  taskId: string,
  ports: readonly TaskPort[],
): Omit<ContainerInfo, 'type'> {
  const [network] = app.networks;
  const kind =
    network?.mode === 'container' ? 'USER' : network?.mode === 'container/bridge' ? 'BRIDGE' : 'HOST';
  const mappings = kind === 'HOST' ? [] : ports.flatMap(wireMappings);
  return {
    docker: {
      image: docker.image,
      network: kind,
      ...(mappings.length > 0 && { port_mappings: mappings }),
      privileged: docker.privileged ?? false,
      parameters: [...(docker.parameters ?? []), { key: 'label', value: `MESOS_TASK_ID=${taskId}` }],
      force_pull_image: docker.forcePullImage,
    },
    ...(kind === 'USER' && network?.name !== undefined && { network_infos: [{ name: network.name }] }),
  };
}

function mesosOf(
  app: AppDefinition,
  container: Container,
  ports: readonly TaskPort[],
): Omit<ContainerInfo, 'type'> {
  const { docker } = container;
  const image = docker && {
    type: 'DOCKER',
    docker: { name: docker.image },
    cached: !docker.forcePullImage,
  };
  const networks = app.networks.filter(({ mode }) => mode !== 'host');
  return {
    mesos: image === undefined ? {} : { image },
    ...(container.linuxInfo !== undefined && { linux_info: linuxInfoOf(container.linuxInfo) }),
    ...(app.tty === true && { tty_info: {} }),
    ...(networks.length > 0 && {
      network_infos: networks.map(
        ({ name = bridgeName, labels = {} }): NetworkInfo => ({
          name,
          ip_addresses: [{}],
          ...(Object.keys(labels).length > 0 && {
            labels: { labels: Object.entries(labels).map(([key, value]) => ({ key, value })) },
          }),
          port_mappings: ports.flatMap(wireMappings),
        }),
      ),
    }),
  };
}

function linuxInfoOf({ seccomp, ipcInfo }: LinuxInfo): NonNullable<ContainerInfo['linux_info']> {
  const profile = seccomp?.profileName;
  return {
    ...(seccomp && {
      seccomp: profile === undefined ? { unconfined: seccomp.unconfined } : { profile_name: profile },
    }),
    ...(ipcInfo && { ipc_mode: ipcInfo.mode }),
    ...(ipcInfo?.shmSize !== undefined && { shm_size: ipcInfo.shmSize }),
  };
}

/** One per protocol; a mapping without host port forwards nothing. */
function wireMappings({ hostPort, containerPort, protocol }: TaskPort): readonly WireMapping[] {
  if (hostPort === undefined) return [];
  return protocol
    .split(',')
    .map((one) => ({ host_port: hostPort, container_port: containerPort, protocol: one }));
}

function volumeOf(volume: Container['volumes'][number]): readonly Volume[] {
  if (!('hostPath' in volume)) return [];
  return [{ container_path: volume.containerPath, host_path: volume.hostPath, mode: volume.mode }];
}
