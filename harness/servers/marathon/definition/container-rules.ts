import type { RawApp } from './shape-app.ts';
import type { LinuxInfo, PersistentVolume, Volume } from './types.ts';
import { repeats, type Violation } from './violation.ts';

/** Rules about the image, the volumes and what Linux is asked for. */
export function* containerProblems(app: RawApp): Iterable<Violation> {
  const { container } = app;
  if (container === undefined) return;
  if (container.type === 'DOCKER') {
    if (container.docker === undefined) yield ['/container/docker', 'not defined'];
    if (container.docker?.pullConfig !== undefined) {
      yield ['/container/docker/pullConfig', 'pullConfig is not supported with Docker containerizer'];
    }
    if (app.networks.filter(({ mode }) => mode === 'container').length > 1) {
      yield ['/', 'may only specify a single container network when using the Docker container engine'];
    }
  } else {
    const secret = container.docker?.pullConfig?.secret;
    if (secret !== undefined && !Object.hasOwn(app.secrets, secret)) {
      yield ['/container/docker/pullConfig', 'pullConfig.secret must refer to an existing secret'];
    }
    yield* linuxProblems(container.linuxInfo);
  }
  for (const [index, volume] of container.volumes.entries()) {
    for (const [path, error] of volumeProblems(volume, app)) {
      yield [`/container/volumes(${index})${path}`, error];
    }
  }
}

function* linuxProblems({ seccomp, ipcInfo }: LinuxInfo = {}): Iterable<Violation> {
  const path = '/container/linuxInfo';
  const hasProfile = seccomp?.profileName !== undefined;
  if (seccomp?.unconfined === true && hasProfile) {
    yield [`${path}/seccomp`, 'Seccomp unconfined can NOT be true when Profile is defined'];
  }
  if (seccomp?.unconfined === false && !hasProfile) {
    yield [`${path}/seccomp`, 'Seccomp unconfined must be true when Profile is NOT defined'];
  }
  if (ipcInfo?.mode === 'SHARE_PARENT' && ipcInfo.shmSize !== undefined) {
    yield [`${path}/ipcInfo`, 'ipcInfo shmSize can NOT be set when mode is SHARE_PARENT'];
  }
}

function* volumeProblems(volume: Volume, app: RawApp): Iterable<Violation> {
  if ('persistent' in volume) yield* persistentProblems(volume);
  else if ('secret' in volume && !Object.hasOwn(app.secrets, volume.secret)) {
    yield ['', 'volume.secret must refer to an existing secret'];
  } else if ('external' in volume) {
    yield ['', 'Feature external_volumes is not enabled. Enable with --enable_features external_volumes)'];
  }
}

function* persistentProblems({ containerPath, mode, persistent }: PersistentVolume): Iterable<Violation> {
  if (containerPath === '.' || containerPath === '..') yield ['/containerPath', 'can not be one of (.,..)'];
  if (containerPath.includes('/')) yield ['/containerPath', 'value must not contain "/"'];
  if (mode !== 'RW') yield ['/mode', `does not equal RW`];
  const { size, maxSize, type = 'root', constraints = [] } = persistent;
  if (size <= 0) yield ['/persistent/size', `got ${size}, expected more than 0`];
  if (maxSize !== undefined && type !== 'mount') yield ['/persistent', 'Only mount volumes can have maxSize'];
  if (maxSize !== undefined && maxSize <= size) yield ['/persistent', 'Max size must be larger than size'];
  if (type === 'root' && constraints.length > 0) {
    yield ['/persistent', 'Constraints on root volumes are not supported'];
  }
}

/** Rules about which networks go together. */
export function* networkProblems({ networks }: RawApp): Iterable<Violation> {
  const count = (mode: string) => networks.filter((network) => network.mode === mode).length;
  const [host, bridge, container] = [count('host'), count('container/bridge'), count('container')];
  const isNamed = networks.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const unnamed = networks.filter(({ mode, name }) => mode === 'container' && name === undefined).length;

  if (
    networks.some(
      ({ mode, name, labels = {} }) => mode === 'host' && (name || Object.keys(labels).length > 0),
    )
  ) {
    yield ['/networks', 'Host networks may not have names or labels'];
  }
  if (networks.some(({ mode, name }) => mode === 'container/bridge' && name !== undefined)) {
    yield ['/networks', 'Bridge networks may not have names'];
  }
  if (unnamed > 1 || repeats(isNamed)) yield ['/networks', 'Duplicate networks are not allowed'];
  if ([host, bridge, container].filter((one) => one > 0).length > 1 || host > 1 || bridge > 1) {
    yield [
      '/networks',
      'May specify a single host network, single bridge network, or else 1-to-n container networks',
    ];
  }
  if (unnamed > 0) {
    yield ['/networks', 'Network name must be specified when container network is selected.'];
  }
}

/** Rules about names and numbers of ports, and the networks they belong to. */
export function* portProblems(app: RawApp): Iterable<Violation> {
  const { portDefinitions = [], networks } = app;
  const mappings = app.container?.portMappings ?? [];
  if (repeats(portDefinitions.flatMap(({ name }) => name ?? []))) {
    yield ['/portDefinitions', 'Port names must be unique.'];
  }
  if (repeats(portDefinitions.map(({ port }) => port).filter((port) => port !== 0))) {
    yield ['/portDefinitions', 'Ports must be unique.'];
  }
  if (repeats(mappings.flatMap(({ name }) => name ?? []))) {
    yield ['/container/portMappings', 'Port names must be unique.'];
  }
  const names = networks.flatMap(({ name }) => name ?? []);
  const isAmbiguous = networks.filter(({ mode }) => mode === 'container').length > 1;
  for (const [index, { networkNames = [], hostPort }] of mappings.entries()) {
    const path = `/container/portMappings(${index})`;
    if (isAmbiguous && hostPort !== undefined && networkNames.length !== 1) {
      yield [
        path,
        'networkNames must be a single item list when hostPort is specified and more than 1 container network is defined',
      ];
    }
    for (const [position, name] of networkNames.entries()) {
      if (!names.includes(name)) {
        yield [`${path}/networkNames(${position})`, `is not one of (${names.join(',')})`];
      }
    }
  }
}
