/** The parts of Marathon's events that tell how a deployment goes. */
export interface MarathonEvent {
  readonly eventType: string;
  readonly [key: string]: unknown;
}

/** How a deployment stands after the events so far. */
export type Watched =
  | { readonly kind: 'going'; readonly deaths: readonly Death[] }
  | { readonly kind: 'succeeded' }
  /** Its tasks keep dying, or Marathon gave it up. */
  | { readonly kind: 'failed'; readonly deaths: readonly Death[]; readonly because: string };

/** A task of the new version that ended while it was wanted. */
export interface Death {
  readonly taskId: string;
  readonly state: string;
  readonly message: string;
}

export interface WatchedDeployment {
  readonly appId: string;
  readonly deploymentId: string;
  /** Version of the app that the deployment brings. */
  readonly version: string;
}

/** Marathon would try for ever; a version that died this often will not stand up. */
const deathsUntilHopeless = 3;
/** An image that cannot be pulled now cannot be a second later: trying again only hides it. */
const pullFailed = /docker pull|manifest unknown|pull access denied/i;
const deadStates = new Set([
  'TASK_FAILED',
  'TASK_FINISHED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_GONE',
  'TASK_DROPPED',
]);

export const notWatched: Watched = { kind: 'going', deaths: [] };

/** Folds one event into what is known. Pure; an ended watch stays as it ended. */
export function watch(before: Watched, event: MarathonEvent, deployment: WatchedDeployment): Watched {
  if (before.kind !== 'going') return before;
  switch (event.eventType) {
    case 'deployment_success':
      return event.id === deployment.deploymentId ? { kind: 'succeeded' } : before;
    case 'deployment_failed':
      return event.id === deployment.deploymentId
        ? { kind: 'failed', deaths: before.deaths, because: 'Marathon gave the deployment up' }
        : before;
    case 'status_update_event':
      return isOurs(event, deployment) && deadStates.has(String(event.taskStatus))
        ? afterDeath(before.deaths, {
            taskId: String(event.taskId),
            state: String(event.taskStatus),
            message: String(event.message ?? ''),
          })
        : before;
    case 'unhealthy_task_kill_event':
    case 'unhealthy_instance_kill_event':
      return isOurs(event, deployment)
        ? afterDeath(before.deaths, {
            taskId: String(event.taskId ?? event.instanceId),
            state: 'unhealthy',
            message: String(event.reason ?? 'it failed its health check'),
          })
        : before;
    default:
      return before;
  }
}

function isOurs(event: MarathonEvent, { appId, version }: WatchedDeployment): boolean {
  return event.appId === appId && event.version === version;
}

function afterDeath(before: readonly Death[], death: Death): Watched {
  if (before.some(({ taskId }) => taskId === death.taskId)) return { kind: 'going', deaths: before };
  const deaths = [...before, death];
  if (pullFailed.test(death.message))
    return { kind: 'failed', deaths, because: 'its image cannot be pulled' };
  return deaths.length < deathsUntilHopeless
    ? { kind: 'going', deaths }
    : { kind: 'failed', deaths, because: `${deaths.length} of its tasks died` };
}
