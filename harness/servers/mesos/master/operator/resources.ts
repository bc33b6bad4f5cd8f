import type { Resource } from '../../v1.ts';
import type { MasterContext } from '../context.ts';
import { type ConversionType, planConversion, rememberTotal, unlessTwice } from '../conversions.ts';
import { requestAllocation, rescindOffer } from '../offers.ts';
import { type Outcome, refused } from './outcome.ts';

/** Converts resources of an agent that nobody uses; offers that hold them are rescinded. */
export function convertResources(
  context: MasterContext,
  type: ConversionType,
  agentId: string,
  list: readonly Resource[],
): Outcome {
  const agent = context.agents.get(agentId);
  if (agent === undefined) return refused('No agent found with specified ID');
  const planned = unlessTwice(agent, planConversion(type, list));
  if ('problem' in planned) return refused(`Invalid ${type} operation: ${planned.problem}`);
  const { consumed, created } = planned;
  const isFree = (): boolean => context.allocator.agents.get(agentId)?.free.contains(consumed) ?? false;
  for (const offer of [...agent.offers]) {
    if (isFree()) break;
    rescindOffer(context, offer);
  }
  requestAllocation(context, [agentId]);
  if (!isFree()) {
    return {
      status: 409,
      message: `Invalid ${type} operation: the agent's free resources do not contain ${consumed}`,
    };
  }
  context.allocator.convertFree(agentId, consumed, created);
  rememberTotal(context, agent, planned);
  return { status: 202 };
}
