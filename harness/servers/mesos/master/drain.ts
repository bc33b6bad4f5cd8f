import { isTerminal } from '../task-states.ts';
import type { MasterContext } from './context.ts';
import type { Agent, Drain } from './entities.ts';
import { markGone } from './lost-agents.ts';
import { requestAllocation, rescindOffer } from './offers.ts';

/** Stops offers of an agent until it is reactivated; what runs goes on. */
export function deactivateAgent(context: MasterContext, agentId: string): void {
  remember(context, agentId, { deactivated: true });
  const agent = context.agents.get(agentId);
  if (agent === undefined) return;
  agent.deactivated = true;
  context.allocator.setAgentActive(agentId, false);
  for (const offer of [...agent.offers]) rescindOffer(context, offer);
}

/** Undoes a drain or a deactivation. */
export function reactivateAgent(context: MasterContext, agentId: string): void {
  remember(context, agentId, { deactivated: false, drain: undefined });
  const agent = context.agents.get(agentId);
  if (agent === undefined) return;
  agent.deactivated = false;
  agent.drain = null;
  context.allocator.setAgentActive(agentId, agent.end !== null);
  requestAllocation(context, [agentId]);
}

/** Stops offers, and has every task of the agent killed. */
export function drainAgent(context: MasterContext, agentId: string, drain: Omit<Drain, 'state'>): void {
  deactivateAgent(context, agentId);
  remember(context, agentId, { drain: { ...drain, state: 'DRAINING' } });
  const agent = context.agents.get(agentId);
  if (agent === undefined) return;
  agent.drain = { ...drain, state: 'DRAINING' };
  drainTasks(agent);
  checkDrained(context, agent);
}

export function drainTasks(agent: Agent): void {
  const grace = agent.drain?.maxGracePeriodNs;
  for (const task of agent.tasks.values()) {
    if (isTerminal(task.state)) continue;
    const own = task.info.kill_policy?.grace_period?.nanoseconds;
    const nanoseconds = grace === undefined || own === undefined ? (grace ?? own) : Math.min(grace, own);
    agent.end?.send({
      kind: 'kill',
      frameworkId: task.frameworkId,
      taskId: task.id,
      reason: 'REASON_AGENT_DRAINING',
      ...(nanoseconds === undefined ? {} : { policy: { grace_period: { nanoseconds } } }),
    });
  }
}

/** A draining agent is drained when nothing runs on it and every end has been acknowledged. */
export function checkDrained(context: MasterContext, agent: Agent): void {
  if (agent.drain?.state !== 'DRAINING' || agent.tasks.size > 0 || agent.executors.size > 0) return;
  agent.drain = { ...agent.drain, state: 'DRAINED' };
  context.info(`Agent ${agent.id} (${agent.description.hostname}) is drained`);
  remember(context, agent.id, { drain: agent.drain });
  if (agent.drain.markGone) markGone(context, agent.id);
}

function remember(
  context: MasterContext,
  agentId: string,
  change: { readonly deactivated?: boolean; readonly drain?: Drain | undefined },
): void {
  context.registry.update(({ agents, unreachable }) => {
    const present = agents.get(agentId);
    if (present !== undefined) agents.set(agentId, { ...present, ...change });
    const away = unreachable.get(agentId);
    if (away !== undefined) unreachable.set(agentId, { ...away, ...change });
  });
}
