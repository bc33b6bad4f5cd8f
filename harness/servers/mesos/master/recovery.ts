import { quantitiesOf } from '../allocator/quantities.ts';
import type { MasterContext } from './context.ts';

/** Takes over what the registry kept: weights, quotas, and agents to wait for. */
export function recoverRegistry(context: MasterContext): void {
  const { agents, weights, quotas } = context.registry.state;
  for (const [role, weight] of weights) context.allocator.setWeight(role, weight);
  for (const { role, guarantees, limits } of quotas.values()) {
    context.allocator.setQuota(role, { guarantees: quantitiesOf(guarantees), limits: limitsOf(limits) });
  }
  for (const { id, hostname } of agents.values()) context.recoveredAgents.set(id, { id, hostname });
  if (context.recoveredAgents.size === 0) return;
  context.info(`Recovered ${context.recoveredAgents.size} agents from the registry`);
  context.timers.push(context.clock.after(context.flags.agentReregisterTimeoutMs, () => giveUp(context)));
}

/** A limit of zero is a limit, where a guarantee of zero is none. */
export function limitsOf(limits: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(limits).map(([name, value]) => [name, Math.round(value * 1000)]));
}

/** Agents that did not come back to the new master in time are unreachable; nobody knows what they ran. */
function giveUp(context: MasterContext): void {
  const sinceNs = context.clock.now() * 1e6;
  for (const id of context.recoveredAgents.keys()) {
    context.registry.update(({ agents, unreachable }) => {
      const entry = agents.get(id);
      agents.delete(id);
      if (entry !== undefined) unreachable.set(id, { ...entry, sinceNs });
    });
    context.metrics.increment('master/slave_unreachable_completed');
  }
  context.recoveredAgents.clear();
}
