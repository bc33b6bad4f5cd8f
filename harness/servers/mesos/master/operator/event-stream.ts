import { every } from '../../../../plumbing/clock.ts';
import type { MasterContext } from '../context.ts';
import type { OperatorEvent } from '../operator-bus.ts';
import { getState, v1Agent, v1Framework, v1Task } from './v1-views.ts';

/** Where a subscriber's events go. */
export interface OperatorSink {
  send(event: unknown): void;
}

/** Sends the state of things, then everything that changes. Returns the way out. */
export function watch(context: MasterContext, sink: OperatorSink): () => void {
  const { heartbeatIntervalMs } = context.flags;
  sink.send({
    type: 'SUBSCRIBED',
    subscribed: { get_state: getState(context), heartbeat_interval_seconds: heartbeatIntervalMs / 1000 },
  });
  sink.send({ type: 'HEARTBEAT' });
  const heartbeat = every(context.clock, heartbeatIntervalMs, () => sink.send({ type: 'HEARTBEAT' }));
  const leave = context.bus.subscribe((event) => sink.send(render(context, event)));
  return () => {
    heartbeat.cancel();
    leave();
  };
}

function render(context: MasterContext, event: OperatorEvent): unknown {
  switch (event.kind) {
    case 'task-added':
      return { type: 'TASK_ADDED', task_added: { task: v1Task(event.task) } };
    case 'task-updated': {
      const { task, status } = event;
      return {
        type: 'TASK_UPDATED',
        task_updated: { framework_id: { value: task.frameworkId }, status, state: task.state },
      };
    }
    case 'agent-added':
      return { type: 'AGENT_ADDED', agent_added: { agent: v1Agent(event.agent) } };
    case 'agent-removed':
      return { type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: event.agentId } } };
    case 'framework-added':
      return {
        type: 'FRAMEWORK_ADDED',
        framework_added: { framework: v1Framework(context, event.framework) },
      };
    case 'framework-updated':
      return {
        type: 'FRAMEWORK_UPDATED',
        framework_updated: { framework: v1Framework(context, event.framework) },
      };
    case 'framework-removed':
      return { type: 'FRAMEWORK_REMOVED', framework_removed: { framework_info: event.framework.info } };
  }
}
