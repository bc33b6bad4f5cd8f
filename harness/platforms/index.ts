import type { Cluster, ClusterSpec } from './cluster.ts';

export type { Cluster, ClusterDriver, ClusterSpec, Credentials } from './cluster.ts';
export { deploymentDeadlineLabel } from './deadline-label.ts';
export { type Change, type MarathonAccess, MarathonClient } from './marathon-client.ts';
export type {
  DeploymentEnd,
  MarathonApp,
  MarathonDeployment,
  MarathonEvent,
  MarathonTask,
  StartedDeployment,
} from './marathon-wire.ts';
export { createRunNetwork, type RunNetwork } from './run-network.ts';

/**
 * Resolves once every agent has registered and Marathon and the edge answer. What a failing start had begun is undone.
 * @throws `SG_CLUSTER_NOT_READY`, `SG_PORT_TAKEN`, `SG_ENGINE_FAILED`
 */
export async function startCluster(spec: ClusterSpec, signal: AbortSignal): Promise<Cluster> {
  // The servers are heavy to load, and commands that only ask a cluster do not need them.
  const { embedded } = await import('./embedded.ts');
  return embedded.start(spec, signal);
}
export { type Postgres, type PostgresOptions, startPostgres } from './stores/index.ts';
export { serviceVersionLabel } from './version-label.ts';
