export { ask, authorizationFor, basic, type ClusterAccess, type Credentials, send } from './access.ts';
export { type ChangeEnd, type ChangeOptions, restartApp, scaleApp } from './change.ts';
export type { ClusterEvent, SourceState, Tone } from './events/cluster-event.ts';
export { type EventListener, followEvents } from './events/follow.ts';
export { type ExecOutput, type ExecRequest, type ExecSession, exec } from './exec.ts';
export { accessByUrl, accessOf, findHeldClusters, type HeldCluster } from './held-cluster.ts';
export { type InspectedTask, type Inspection, inspectApp, reasonsOf } from './inspect.ts';
export { outputOf } from './last-output.ts';
export { type LogLine, withoutControls } from './log-line.ts';
export { type LogBatch, type LogRequest, readLogs } from './logs.ts';
export {
  AgentDirectory,
  hasEnded,
  listTasks,
  type MesosTask,
  mesosUrl,
  type Sandbox,
  sandboxOf,
  sandboxPath,
} from './mesos.ts';
export { readRoutes } from './routes.ts';
export {
  appIdOfTask,
  findApp,
  findApps,
  listApps,
  marathonOf,
  readQueue,
  shortName,
  titleOf,
} from './services.ts';
