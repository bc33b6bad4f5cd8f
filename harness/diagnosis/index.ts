export {
  type HealthPart,
  healthOf,
  type Status,
  stateOf,
  statusOf,
  type Tone,
  taskStatusOf,
} from './app-status.ts';
export type { ClusterEvent, SourceState } from './cluster-event.ts';
export { describeAction } from './deployment-action.ts';
export { appIdOfTask, shortName } from './ids.ts';
export { type LogLine, readLine } from './log-line.ts';
export { readMarathonEvent } from './marathon-events.ts';
export type {
  App,
  Deployment,
  DeploymentAction,
  HealthResult,
  QueueEntry,
  Task,
  TaskFailure,
  UnusedOffer,
} from './marathon-wire.ts';
export { masked } from './masked.ts';
export { readMesosEvent } from './mesos-events.ts';
export { type MesosTask, type Resources, type Sandbox, sandboxOf, sandboxPath } from './mesos-task.ts';
export { largestOffer, whyWaiting } from './waiting.ts';
export { withoutControls } from './without-controls.ts';
