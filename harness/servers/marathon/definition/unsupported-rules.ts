import type { RawApp } from './shape-app.ts';
import type { Volume } from './types.ts';
import type { Violation } from './violation.ts';

/** What Marathon would do and this one does not: refused by name, because it would be left out silently. */
export function* unsupportedProblems({ executor, container }: RawApp): Iterable<Violation> {
  if (executor !== '' && executor !== '//cmd') {
    yield ['/executor', 'custom executors are not supported; leave it out, or give "//cmd"'];
  }
  if (container === undefined) return;
  if (container.type === 'MESOS' && container.docker?.pullConfig !== undefined) {
    const error =
      'is not supported; the agents pull images with the configuration of their own Docker engine';
    yield ['/container/docker/pullConfig', error];
  }
  for (const [index, volume] of container.volumes.entries()) {
    for (const [path, error] of volumeProblems(volume)) yield [`/container/volumes(${index})${path}`, error];
  }
}

function* volumeProblems(volume: Volume): Iterable<Violation> {
  if ('secret' in volume) {
    yield ['', 'volumes of secrets are not supported; give the secret to the task by a variable in env'];
  }
  if (!('persistent' in volume)) return;
  const { type = 'root', profileName } = volume.persistent;
  if (type !== 'root') yield ['/persistent/type', `${type} disks are not supported; root disks are`];
  if (profileName !== undefined) yield ['/persistent/profileName', 'disk profiles are not supported'];
}
