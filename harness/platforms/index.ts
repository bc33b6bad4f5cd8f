export type { DockerConfig } from '../servers/mesos/index.ts';
export { accessFile, type HeldAccess, readAccessFile } from './access-file.ts';
export { type AttachedSpec, attachPlatform } from './attached-platform.ts';
export { basicAuthorization } from './basic-authorization.ts';
export type { Cluster, ClusterDriver, ClusterSpec, Credentials } from './cluster.ts';
export { deploymentDeadlineLabel } from './deadline-label.ts';
export { describeCluster, urlWith } from './describe-cluster.ts';
export { type EdgeRequest, edgeAddressOf, edgeRequests } from './edge-requests.ts';
export { startPlatform } from './embedded-platform.ts';
export { IncidentWatch } from './incident-watch.ts';
export { type AppFacts, type CheckAnswer, inspectApp, type StuckTask } from './inspect-app.ts';
export { largestAgentOf } from './machine.ts';
export { type Change, MarathonClient } from './marathon-client.ts';
export type { MarathonAccess } from './marathon-http.ts';
export type {
  DeploymentEnd,
  MarathonApp,
  MarathonDeployment,
  MarathonEvent,
  MarathonTask,
  StartedDeployment,
} from './marathon-wire.ts';
export { type AddressBook, mesosOf, type Platform, type PlatformAccess } from './platform.ts';
export { createRunNetwork, type RunNetwork } from './run-network.ts';
export { agentsOf, lastOutput, type MesosAccess, outputLines } from './sandbox.ts';
export { serviceCallsLabel, serviceVersionLabel } from './service-labels.ts';
export { startCluster } from './start-cluster.ts';
export {
  fieldsOfUrl,
  type Postgres,
  type PostgresOptions,
  type StoreAccess,
  type StoreFields,
  type StoreOptions,
  type Stores,
  startPostgres,
  startStores,
  type Tenant,
  tenantName,
} from './stores/index.ts';
export { type DatabaseServer, openDatabases } from './stores/lasting-databases.ts';
export { processesOfTask } from './task-processes.ts';
