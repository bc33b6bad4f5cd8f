import type { App, QueueEntry, Task } from './marathon-wire.ts';

export type Tone = 'good' | 'bad' | 'busy' | 'warn' | 'idle';

export interface Status {
  readonly word: string;
  readonly tone: Tone;
}

/** One word for what an app is doing; the first that fits, worst news that a person must act on before progress. */
export function statusOf(app: App, entry: QueueEntry | undefined, now = Date.now()): Status {
  const { instances, tasksRunning = 0, tasksStaged = 0, tasksUnhealthy = 0, deployments = [] } = app;
  if (entry !== undefined && entry.delay.timeLeftSeconds > 0) return { word: 'Delayed', tone: 'bad' };
  if (entry !== undefined && isRefused(entry)) return { word: 'Waiting', tone: 'warn' };
  if (crashedLately(app, now)) return { word: 'Crashing', tone: 'bad' };
  if (deployments.length > 0) return { word: 'Deploying', tone: 'busy' };
  if (tasksUnhealthy > 0) return { word: 'Unhealthy', tone: 'bad' };
  if (instances === 0 && tasksRunning === 0) return { word: 'Suspended', tone: 'idle' };
  if (tasksRunning < instances)
    return { word: tasksStaged > 0 ? 'Starting' : 'Degraded', tone: tasksStaged > 0 ? 'busy' : 'bad' };
  return { word: 'Running', tone: 'good' };
}

const lately = 30_000;

/** A task of this very definition failed a moment ago; Marathon has perhaps started another. */
function crashedLately({ lastTaskFailure, version }: App, now: number): boolean {
  if (lastTaskFailure === undefined || lastTaskFailure.version !== version) return false;
  return now - Date.parse(lastTaskFailure.timestamp) < lately;
}

/** Offers came and none of them fitted. */
function isRefused({ processedOffersSummary: summary }: QueueEntry): boolean {
  if (summary === undefined) return false;
  return summary.processedOffersCount > 0 && summary.unusedOffersCount > 0;
}

export interface HealthPart {
  readonly word: string;
  readonly tone: Tone;
  readonly count: number;
}

/** Marathon's health bar: what the instances are, and how many are still missing. */
export function healthOf(app: App): readonly HealthPart[] {
  const { instances, tasksRunning = 0, tasksStaged = 0, tasksHealthy = 0, tasksUnhealthy = 0 } = app;
  const unknown = Math.max(0, tasksRunning - tasksHealthy - tasksUnhealthy);
  const parts: readonly HealthPart[] = [
    { word: 'healthy', tone: 'good', count: tasksHealthy },
    { word: 'unhealthy', tone: 'bad', count: tasksUnhealthy },
    { word: 'running, health unknown', tone: 'idle', count: unknown },
    { word: 'starting', tone: 'busy', count: tasksStaged },
    { word: 'not started', tone: 'warn', count: Math.max(0, instances - tasksRunning - tasksStaged) },
  ];
  return parts.filter(({ count }) => count > 0);
}

/** Of one task: its health where it is checked, else its state. */
export function taskStatusOf({ state, healthCheckResults = [] }: Task): Status {
  if (state === 'TASK_RUNNING') {
    if (healthCheckResults.some(({ alive }) => !alive)) return { word: 'Unhealthy', tone: 'bad' };
    if (healthCheckResults.length > 0) return { word: 'Healthy', tone: 'good' };
    return { word: 'Running', tone: 'good' };
  }
  return stateOf(state);
}

/** Of a Mesos task state. */
export function stateOf(state: string): Status {
  const word = state.replace('TASK_', '').toLowerCase().replaceAll('_', ' ');
  const said = word.charAt(0).toUpperCase() + word.slice(1);
  if (state === 'TASK_RUNNING') return { word: said, tone: 'good' };
  if (state === 'TASK_FINISHED' || state === 'TASK_KILLED') return { word: said, tone: 'idle' };
  if (['TASK_STAGING', 'TASK_STARTING', 'TASK_KILLING'].includes(state)) return { word: said, tone: 'busy' };
  return { word: said, tone: 'bad' };
}
