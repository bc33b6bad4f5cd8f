import type { OperatorCall } from '../../wire/operator-call.ts';
import type { MasterContext } from '../context.ts';
import { deactivateAgent, drainAgent, reactivateAgent } from '../drain.ts';
import { markGone } from '../lost-agents.ts';
import { unavailabilityOf } from '../maintenance.ts';
import { done, type Outcome, refused } from './outcome.ts';

export function drain(context: MasterContext, call: NonNullable<OperatorCall['drain_agent']>): Outcome {
  const agentId = call.agent_id.value;
  const agent = context.agents.get(agentId);
  if (agent !== undefined && unavailabilityOf(context, agent) !== undefined) {
    return refused(`Agent ${agentId} is part of a maintenance schedule`);
  }
  if (agent !== undefined && !agent.description.capabilities.includes('AGENT_DRAINING')) {
    return refused(`Agent ${agentId} is not capable of draining`);
  }
  if (!isKnown(context, agentId)) return refused('Unknown agent');
  const grace = call.max_grace_period;
  drainAgent(context, agentId, {
    ...(grace === undefined ? {} : { maxGracePeriodNs: (grace.seconds ?? 0) * 1e9 + (grace.nanos ?? 0) }),
    markGone: call.mark_gone ?? false,
  });
  return done;
}

export function deactivate(context: MasterContext, agentId: string): Outcome {
  if (!isKnown(context, agentId)) return refused('Unknown agent');
  deactivateAgent(context, agentId);
  return done;
}

export function reactivate(context: MasterContext, agentId: string): Outcome {
  if (!isKnown(context, agentId)) return refused('Unknown agent');
  const { agents, unreachable } = context.registry.state;
  const kept = agents.get(agentId) ?? unreachable.get(agentId);
  if (kept?.deactivated !== true) return refused('Agent is not deactivated');
  if (kept.drain?.state === 'DRAINING') return refused('Agent is still in the DRAINING state');
  reactivateAgent(context, agentId);
  return done;
}

export function gone(context: MasterContext, agentId: string): Outcome {
  if (context.registry.state.gone.has(agentId)) return done;
  if (!isKnown(context, agentId)) return { status: 404, message: `Agent '${agentId}' not found` };
  markGone(context, agentId);
  return done;
}

function isKnown(context: MasterContext, agentId: string): boolean {
  const { unreachable } = context.registry.state;
  return context.agents.has(agentId) || context.recoveredAgents.has(agentId) || unreachable.has(agentId);
}
