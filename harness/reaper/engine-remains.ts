import { isEngineAway, unlessGone } from '../plumbing/engine-answers.ts';
import { forgetImages } from '../plumbing/forget-images.ts';
import { openEngine } from '../plumbing/open-engine.ts';
import { isRunning } from '../plumbing/process-identity.ts';
import { ownerLabel, readOwner } from './owner.ts';

export interface EngineRemains {
  readonly containers: number;
  readonly networks: number;
}

const runLabel = 'stagegate.run';
/** Of the registry, inside of its container. */
const registryPort = 5000;

/**
 * Removes containers with their volumes, then networks and volumes, that carry the run's label, and the names that its
 * images had in its registry; the layers stay for the next build. `unreachable`: no engine answers, so what is there is
 * not known.
 */
export async function removeFromEngine(runId: string): Promise<EngineRemains | 'unreachable'> {
  const docker = await openEngine();
  const filters = { label: [`${runLabel}=${runId}`] };
  try {
    const containers = await docker.listContainers({ all: true, filters });
    const registries = containers.flatMap(({ Ports }) =>
      Ports.filter(({ PrivatePort }) => PrivatePort === registryPort).map(
        ({ IP, PublicPort }) => `${IP}:${PublicPort}`,
      ),
    );
    await Promise.all(
      containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }).catch(unlessGone)),
    );
    const networks = await docker.listNetworks({ filters });
    await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove().catch(unlessGone)));
    const { Volumes: volumes } = await docker.listVolumes({ filters });
    await Promise.all((volumes ?? []).map(({ Name }) => docker.getVolume(Name).remove().catch(unlessGone)));
    await Promise.all(registries.map((host) => forgetImages(docker, `${host}/*/*`)));
    return { containers: containers.length, networks: networks.length };
  } catch (error) {
    if (isEngineAway(error as object)) return 'unreachable';
    throw error;
  }
}

/** Runs of this machine, of whichever checkout, that have something in the engine and whose owner is dead. */
export async function deadRunsInEngine(): Promise<readonly string[]> {
  const docker = await openEngine();
  const filters = { label: [ownerLabel] };
  try {
    const [containers, networks, { Volumes: volumes }] = await Promise.all([
      docker.listContainers({ all: true, filters }),
      docker.listNetworks({ filters }),
      docker.listVolumes({ filters }),
    ]);
    const dead = [...containers, ...networks, ...(volumes ?? [])].flatMap(({ Labels }) => {
      const owner = readOwner(Labels?.[ownerLabel] ?? '');
      const runId = Labels?.[runLabel];
      return owner === null || runId === undefined || isRunning(owner) ? [] : [runId];
    });
    return [...new Set(dead)];
  } catch (error) {
    if (isEngineAway(error as object)) return [];
    throw error;
  }
}
