import { writeAccessFile } from './access-file.ts';
import type { Cluster, ClusterSpec } from './cluster.ts';

/**
 * Resolves once every agent has registered and Marathon and the edge answer. What a failing start had begun is undone.
 * A cluster that is `heldBy` a command tells other commands of this user where it is, by a file in its folder.
 * @throws `SG_CLUSTER_NOT_READY`, `SG_PORT_TAKEN`, `SG_ENGINE_FAILED`
 */
export async function startCluster(spec: ClusterSpec, signal: AbortSignal): Promise<Cluster> {
  // The servers are heavy to load, and commands that only ask a cluster do not need them.
  const { embedded } = await import('./embedded.ts');
  const cluster = await embedded.start(spec, signal);
  if (spec.heldBy !== undefined) await writeAccessFile(spec.folder, spec.heldBy, cluster);
  return cluster;
}
