export {
  type HealthPart,
  healthOf,
  type Status,
  stateOf,
  statusOf,
  type Tone,
  taskStatusOf,
} from './app-status.ts';
export type {
  App,
  Deployment,
  DeploymentAction,
  HealthResult,
  QueueEntry,
  Rejection,
  Task,
  TaskFailure,
  UnusedOffer,
} from './marathon-wire.ts';
export { masked } from './masked.ts';
export { largestOffer, type Waiting, whyWaiting } from './waiting.ts';
