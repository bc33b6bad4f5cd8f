import { stateOf, type Tone } from './app-status.ts';
import type { ClusterEvent } from './cluster-event.ts';
import { describeAction } from './deployment-action.ts';
import type { DeploymentAction } from './marathon-wire.ts';
import { withoutControls } from './without-controls.ts';

/** One event of Marathon's `/v2/events`. */
export interface MarathonEvent {
  readonly eventType: string;
  readonly timestamp?: string;
  readonly [member: string]: unknown;
}

const taskSentences: Readonly<Record<string, string>> = {
  TASK_RUNNING: 'task runs',
  TASK_FINISHED: 'task finished',
  TASK_KILLED: 'task was killed',
  TASK_STAGING: 'task is being staged',
  TASK_STARTING: 'task starts',
  TASK_KILLING: 'task is being killed',
  TASK_FAILED: 'task failed',
  TASK_ERROR: 'task was refused',
  TASK_LOST: 'task was lost',
  TASK_DROPPED: 'task was dropped',
  TASK_UNREACHABLE: 'task is unreachable',
  TASK_GONE: 'task is gone',
};

/** Says what an event of Marathon means; null for those that repeat another one in other words. */
export function readMarathonEvent(event: MarathonEvent): ClusterEvent | null {
  const said = sentenceOf(event);
  if (said === null) return null;
  const text = (name: string): string | null => {
    const value = event[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return {
    at: text('timestamp') ?? new Date().toISOString(),
    source: 'marathon',
    kind: event.eventType,
    tone: said[0],
    subject: text('appId') ?? text('runSpecId') ?? said[2] ?? '',
    taskId: text('taskId') ?? text('instanceId'),
    deploymentId: event.eventType.startsWith('deployment') ? deploymentIdOf(event) : null,
    text: withoutControls(said[1]),
  };
}

type Sentence = readonly [tone: Tone, text: string, subject?: string];

function sentenceOf(event: MarathonEvent): Sentence | null {
  const word = (name: string): string => {
    const value = event[name];
    return typeof value === 'string' ? value : '';
  };
  switch (event.eventType) {
    case 'status_update_event': {
      const state = word('taskStatus');
      return [stateOf(state).tone, withReason(taskSentences[state] ?? state, word('message'))];
    }
    case 'health_status_changed_event':
    case 'instance_health_changed_event':
      return event.alive === true || event.healthy === true
        ? ['good', 'a task became healthy']
        : ['bad', 'a task became unhealthy'];
    case 'failed_health_check_event':
      return ['bad', withReason('a health check failed', word('message'))];
    case 'unhealthy_task_kill_event':
    case 'unhealthy_instance_kill_event':
      return ['bad', withReason('an unhealthy task is killed', word('reason'))];
    case 'deployment_info':
      return ['busy', `deployment started: ${actionsIn(event)}`, firstAppOf(event)];
    case 'deployment_step_success':
      return ['busy', `deployment step done: ${actionsIn(event)}`, firstAppOf(event)];
    case 'deployment_success':
      return ['good', 'deployment succeeded', firstAppOf(event)];
    case 'deployment_failed':
      return ['bad', withReason('deployment failed', word('reason')), firstAppOf(event)];
    case 'app_terminated_event':
      return ['idle', 'app removed'];
    case 'api_post_event':
      return ['idle', 'definition changed', idIn(event.appDefinition)];
    case 'scheduler_registered_event':
    case 'scheduler_reregistered_event':
      return ['good', 'Marathon is registered with Mesos'];
    case 'scheduler_disconnected_event':
      return ['bad', 'Marathon lost Mesos'];
    default:
      return null;
  }
}

function withReason(said: string, reason: string): string {
  return reason === '' ? said : `${said}: ${reason}`;
}

interface Plan {
  readonly steps?: readonly { readonly actions?: readonly DeploymentAction[] }[];
  readonly id?: string;
}

/** Of the step an event is about, else of the whole plan. */
function actionsOf(event: MarathonEvent): readonly DeploymentAction[] {
  const step = (event.currentStep as { readonly actions?: readonly DeploymentAction[] } | undefined)?.actions;
  if (step !== undefined && step.length > 0) return step;
  return ((event.plan as Plan | undefined)?.steps ?? []).flatMap(({ actions }) => actions ?? []);
}

function actionsIn(event: MarathonEvent): string {
  const said = actionsOf(event).map(describeAction);
  return said.slice(0, 3).join(', ') + (said.length > 3 ? ` and ${said.length - 3} more` : '');
}

function firstAppOf(event: MarathonEvent): string {
  return actionsOf(event).find(({ app }) => app !== undefined)?.app ?? '';
}

function deploymentIdOf(event: MarathonEvent): string | null {
  const id = event.id ?? (event.plan as Plan | undefined)?.id;
  return typeof id === 'string' ? id : null;
}

function idIn(definition: unknown): string {
  const id = (definition as { readonly id?: unknown } | undefined)?.id;
  return typeof id === 'string' ? id : '';
}
