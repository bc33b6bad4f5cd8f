import { Resources } from '../allocator/resources.ts';
import type { TaskInfo } from '../v1.ts';
import type { Accept, Decline, Operation } from '../wire/scheduler-call.ts';
import type { MasterContext } from './context.ts';
import { applyConversion } from './conversions.ts';
import type { Agent, Framework, OfferRecord } from './entities.ts';
import { launchGroup, launchTasks } from './launch.ts';
import type { OfferBudget } from './offer-budget.ts';
import { forgetOffer, refuse, returnOffer } from './offers.ts';
import { masterStatus, sendUpdate } from './stream.ts';
import { countEnd } from './tasks.ts';

/** Uses offers of one agent. What the operations leave over is refused with the call's filters. */
export function accept(context: MasterContext, framework: Framework, call: Accept): void {
  const operations = call.operations ?? [];
  for (const { type, launch } of operations) {
    if (type !== 'LAUNCH') continue;
    const launches = (launch?.task_infos ?? []).length > 0;
    context.metrics.increment(launches ? 'master/messages_launch_tasks' : 'master/messages_decline_offers');
  }
  const ids = (call.offer_ids ?? []).map(({ value }) => value);
  const found = findOffers(context, framework, ids);
  if ('problem' in found) {
    refuseAccept(context, framework, ids, operations, found.problem);
    return;
  }
  const { agent, role } = found;
  for (const offer of found.offers) forgetOffer(context, offer);
  const budget: OfferBudget = { framework, agent, role, left: sum(found.offers) };
  let converted = Resources.none;
  for (const operation of operations) converted = converted.plus(apply(context, budget, operation));
  // What was converted and not launched on is offered again: only what was declined as it came is hidden.
  const fresh = intersect(budget.left, converted);
  context.allocator.release(framework.id, role, agent.id, fresh);
  const resources = budget.left.minus(fresh);
  refuse(context, { frameworkId: framework.id, role, agentId: agent.id, resources }, call.filters);
}

export function decline(context: MasterContext, framework: Framework, call: Decline): void {
  context.metrics.increment('master/messages_decline_offers');
  for (const { value } of call.offer_ids ?? []) {
    const offer = context.offers.get(value);
    if (offer === undefined || offer.frameworkId !== framework.id) continue;
    forgetOffer(context, offer);
    refuse(context, offer, call.filters);
  }
}

type Found =
  | { readonly problem: string }
  | { readonly offers: readonly OfferRecord[]; readonly agent: Agent; readonly role: string };

function findOffers(context: MasterContext, framework: Framework, ids: readonly string[]): Found {
  if (ids.length === 0) return { problem: 'No offers specified' };
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  if (duplicate !== undefined) return { problem: `Duplicate offer ${duplicate} in offer list` };
  const offers: OfferRecord[] = [];
  for (const id of ids) {
    const offer = context.offers.get(id);
    if (offer === undefined) return { problem: `Offer ${id} is no longer valid` };
    if (offer.frameworkId !== framework.id) {
      const problem = `Offer ${id} has invalid framework ${offer.frameworkId} while framework ${framework.id} is expected`;
      return { problem };
    }
    offers.push(offer);
  }
  const [first] = offers;
  const agent = first && context.agents.get(first.agentId);
  if (first === undefined || agent === undefined) return { problem: 'No offers specified' };
  for (const offer of offers) {
    if (offer.role !== first.role) {
      const problem =
        `Aggregated offers must be allocated to the same role. Offer ${offer.id} uses role '${offer.role} ` +
        `but another is using role '${first.role}`;
      return { problem };
    }
    if (offer.agentId !== first.agentId) {
      const problem =
        `Aggregated offers must belong to one single agent. Offer ${offer.id} uses agent ${offer.agentId} ` +
        `and agent ${first.agentId}`;
      return { problem };
    }
  }
  return { offers, agent, role: first.role };
}

function sum(offers: readonly OfferRecord[]): Resources {
  return offers.reduce((total, { resources }) => total.plus(resources), Resources.none);
}

/** The part of `held` whose piles `made` speaks of. */
function intersect(held: Resources, made: Resources): Resources {
  const keys = new Set([...made.piles].map(({ key }) => key));
  return Resources.fromPiles([...held.piles].filter(({ key }) => keys.has(key)));
}

/** All given offers are void, and every task of the call is lost. */
function refuseAccept(
  context: MasterContext,
  framework: Framework,
  ids: readonly string[],
  operations: readonly Operation[],
  problem: string,
): void {
  context.warn(`ACCEPT call of framework ${framework.id} used invalid offers: ${problem}`);
  for (const id of ids) {
    const offer = context.offers.get(id);
    if (offer !== undefined) returnOffer(context, offer);
  }
  const state = framework.capabilities.has('PARTITION_AWARE') ? 'TASK_DROPPED' : 'TASK_LOST';
  for (const task of operations.flatMap(tasksOf)) {
    const status = masterStatus(context, {
      taskId: task.task_id.value,
      state,
      reason: 'REASON_INVALID_OFFERS',
      message: `Task launched with invalid offers: ${problem}`,
      agentId: task.agent_id.value,
    });
    countEnd(context, status);
    sendUpdate(framework, status);
  }
}

function tasksOf(operation: Operation): readonly TaskInfo[] {
  if (operation.type === 'LAUNCH') return operation.launch?.task_infos ?? [];
  if (operation.type === 'LAUNCH_GROUP') return operation.launch_group?.task_group.tasks ?? [];
  return [];
}

/** Carries one operation out; returns what it made of other resources. */
function apply(context: MasterContext, budget: OfferBudget, operation: Operation): Resources {
  switch (operation.type) {
    case 'LAUNCH':
      launchTasks(context, budget, operation);
      return Resources.none;
    case 'LAUNCH_GROUP':
      launchGroup(context, budget, operation);
      return Resources.none;
    case 'RESERVE':
    case 'UNRESERVE':
    case 'CREATE':
    case 'DESTROY':
      return applyConversion(context, budget, operation);
    default:
      context.warn(
        `Ignoring operation ${operation.type ?? 'without type'} of framework ${budget.framework.id}`,
      );
      return Resources.none;
  }
}
