interface EngineRemains {
  readonly containers: number;
  readonly networks: number;
}

const nothing: EngineRemains = { containers: 0, networks: 0 };

/**
 * Removes containers with their volumes, then networks and volumes, that carry the run's label, and the names that its
 * images had in its registry; the layers stay for the next build.
 */
export async function removeFromEngine(runId: string): Promise<EngineRemains | 'unreachable'> {
  const { default: Docker } = await import('dockerode');
  const docker = new Docker();
  const filters = { label: [`stagegate.run=${runId}`] };
  try {
    const containers = await docker.listContainers({ all: true, filters });
    await Promise.all(
      containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }).catch(unlessGone)),
    );
    const networks = await docker.listNetworks({ filters });
    await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove().catch(unlessGone)));
    const { Volumes: volumes } = await docker.listVolumes({ filters });
    await Promise.all((volumes ?? []).map(({ Name }) => docker.getVolume(Name).remove().catch(unlessGone)));
    const images = await docker.listImages({ filters: { reference: [`*/${runId}/*`] } });
    const names = images.flatMap(({ RepoTags, RepoDigests }) => [
      ...(RepoTags ?? []),
      ...(RepoDigests ?? []),
    ]);
    const ofRun = names.filter((name) => name.includes(`/${runId}/`));
    await Promise.all(ofRun.map((name) => docker.getImage(name).remove({ noprune: true }).catch(unlessGone)));
    return { containers: containers.length, networks: networks.length };
  } catch (error) {
    // Without a socket there is no engine, and nothing of the run's can be in it.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? nothing : 'unreachable';
  }
}

/** Another sweep, or the engine itself, was faster. */
function unlessGone(error: { readonly statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}
