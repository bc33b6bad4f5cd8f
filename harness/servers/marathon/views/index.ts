export { type CountedTask, type TaskCounts, taskCounts, taskStats } from './counts.ts';
export type { MarathonEvent } from './events.ts';
export {
  type Condition,
  type HealthResult,
  type InstanceView,
  isAlive,
  type Reservation,
  renderTask,
  stateOf,
} from './instance.ts';
export { parseSelector, type Selector } from './label-selector.ts';
export { healthTarget, type ProbeTarget, readinessTarget } from './probe-targets.ts';
