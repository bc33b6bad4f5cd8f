import type { Cluster, ClusterSpec } from './cluster.ts';

/**
 * Resolves once every agent has registered and Marathon and the edge answer. What a failing start had begun is undone.
 * @throws `SG_CLUSTER_NOT_READY`, `SG_PORT_TAKEN`, `SG_ENGINE_FAILED`
 */
export async function startCluster(spec: ClusterSpec, signal: AbortSignal): Promise<Cluster> {
  // The servers are heavy to load, and commands that only ask a cluster do not need them.
  const { embedded } = await import('./embedded.ts');
  return embedded.start(spec, signal);
}
