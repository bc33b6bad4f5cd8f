import { stateOf, type Tone } from './app-status.ts';
import type { ClusterEvent } from './cluster-event.ts';
import { appIdOfTask } from './ids.ts';
import { withoutControls } from './without-controls.ts';

interface Id {
  readonly value?: string;
}

/** One event of the master's SUBSCRIBE stream, as far as it is read here. */
export interface MesosEvent {
  readonly type: string;
  readonly task_added?: { readonly task?: { readonly task_id?: Id; readonly agent_id?: Id } };
  readonly task_updated?: {
    readonly status?: { readonly task_id?: Id; readonly message?: string; readonly timestamp?: number };
    readonly state?: string;
  };
  readonly agent_added?: {
    readonly agent?: { readonly agent_info?: { readonly id?: Id; readonly hostname?: string } };
  };
  readonly agent_removed?: { readonly agent_id?: Id };
  readonly framework_added?: FrameworkEvent;
  readonly framework_updated?: FrameworkEvent;
  readonly framework_removed?: { readonly framework_info?: FrameworkInfo };
}

interface FrameworkInfo {
  readonly id?: Id;
  readonly name?: string;
}

interface FrameworkEvent {
  readonly framework?: { readonly framework_info?: FrameworkInfo };
}

/** Says what an event of the master means; null for those that say nothing new. */
export function readMesosEvent(event: MesosEvent): ClusterEvent | null {
  switch (event.type) {
    case 'TASK_ADDED':
      return taskEvent(event.type, event.task_added?.task?.task_id?.value, 'busy', 'Mesos launches a task');
    case 'TASK_UPDATED': {
      const { status, state = '' } = event.task_updated ?? {};
      const why = status?.message ?? '';
      const text = `${state}${why === '' ? '' : `: ${why}`}`;
      return taskEvent(event.type, status?.task_id?.value, stateOf(state).tone, text);
    }
    case 'AGENT_ADDED': {
      const info = event.agent_added?.agent?.agent_info;
      return plainEvent(event.type, 'good', info?.id, `agent ${info?.hostname ?? ''} registered`);
    }
    case 'AGENT_REMOVED':
      return plainEvent(event.type, 'bad', event.agent_removed?.agent_id, 'agent removed');
    case 'FRAMEWORK_ADDED':
    case 'FRAMEWORK_UPDATED': {
      const info = (event.framework_added ?? event.framework_updated)?.framework?.framework_info;
      const what = event.type === 'FRAMEWORK_ADDED' ? 'registered' : 'updated';
      return plainEvent(event.type, 'good', info?.id, `framework ${info?.name ?? ''} ${what}`);
    }
    case 'FRAMEWORK_REMOVED': {
      const info = event.framework_removed?.framework_info;
      return plainEvent(event.type, 'bad', info?.id, `framework ${info?.name ?? ''} removed`);
    }
    default:
      return null;
  }
}

function taskEvent(kind: string, taskId: string | undefined, tone: Tone, text: string): ClusterEvent {
  const subject = taskId === undefined ? '' : appIdOfTask(taskId);
  return { ...plainEvent(kind, tone, { value: subject }, text), taskId: taskId ?? null };
}

function plainEvent(kind: string, tone: Tone, subject: Id | undefined, text: string): ClusterEvent {
  return {
    at: new Date().toISOString(),
    source: 'mesos',
    kind,
    tone,
    subject: subject?.value ?? '',
    taskId: null,
    deploymentId: null,
    text: withoutControls(text),
  };
}
