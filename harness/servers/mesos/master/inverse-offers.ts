import type { Filters, InverseOffer, Value } from '../v1.ts';
import type { MasterContext } from './context.ts';
import type { Agent, Framework, InverseAnswer } from './entities.ts';
import { unavailabilityOf } from './maintenance.ts';
import { refuseSeconds } from './offers.ts';
import { sendTo } from './stream.ts';

/** Asks frameworks to leave the agents that will be away, unless they were asked and have not answered or just did. */
export function askToLeave(context: MasterContext): void {
  if (context.registry.state.windows.length === 0) return;
  const asked = new Set(
    context.inverseOffers.values().map(({ frameworkId, agentId }) => pairKey(frameworkId, agentId)),
  );
  const byFramework = new Map<Framework, InverseOffer[]>();
  for (const agent of context.agents.values()) {
    const unavailability = unavailabilityOf(context, agent);
    if (unavailability === undefined || agent.end === null) continue;
    for (const framework of tenantsOf(context, agent)) {
      const key = pairKey(framework.id, agent.id);
      const answer = context.inverseAnswers.get(key);
      if (asked.has(key) || (answer !== undefined && answer.until > context.clock.monotonic())) continue;
      const offers = byFramework.get(framework) ?? [];
      offers.push(makeInverseOffer(context, framework, agent, unavailability));
      byFramework.set(framework, offers);
    }
  }
  for (const [framework, inverse_offers] of byFramework) {
    sendTo(framework, { type: 'INVERSE_OFFERS', inverse_offers: { inverse_offers } });
  }
}

function tenantsOf(context: MasterContext, agent: Agent): Set<Framework> {
  const tenants = new Set<Framework>();
  for (const { frameworkId } of [...agent.tasks.values(), ...agent.executors.values()]) {
    const framework = context.frameworks.get(frameworkId);
    if (framework?.connection != null) tenants.add(framework);
  }
  return tenants;
}

function makeInverseOffer(
  context: MasterContext,
  framework: Framework,
  agent: Agent,
  unavailability: InverseOffer['unavailability'],
): InverseOffer {
  const id = `${context.id}-O${context.counters.offer++}`;
  context.inverseOffers.set(id, { id, frameworkId: framework.id, agentId: agent.id });
  return {
    id: { value: id },
    framework_id: { value: framework.id },
    agent_id: { value: agent.id },
    unavailability,
  };
}

/** Notes a framework's answers. Ids that are not its own are ignored. */
export function answerInverseOffers(
  context: MasterContext,
  framework: Framework,
  status: InverseAnswer['status'],
  call: { readonly inverse_offer_ids?: readonly Value<string>[]; readonly filters?: Filters },
): void {
  const at = context.clock.now();
  for (const { value } of call.inverse_offer_ids ?? []) {
    const offer = context.inverseOffers.get(value);
    if (offer === undefined || offer.frameworkId !== framework.id) continue;
    context.inverseOffers.delete(value);
    const until = context.clock.monotonic() + refuseSeconds(call.filters) * 1000;
    context.inverseAnswers.set(pairKey(framework.id, offer.agentId), { status, at, until });
  }
}

/** Takes the questions back that `concerns` picks, and forgets the answers to them. */
export function rescindInverseOffers(
  context: MasterContext,
  concerns: (pair: { readonly frameworkId: string; readonly agentId: string }) => boolean,
): void {
  for (const offer of [...context.inverseOffers.values()]) {
    if (!concerns(offer)) continue;
    context.inverseOffers.delete(offer.id);
    const framework = context.frameworks.get(offer.frameworkId);
    const inverse_offer_id = { value: offer.id };
    if (framework !== undefined) {
      sendTo(framework, { type: 'RESCIND_INVERSE_OFFER', rescind_inverse_offer: { inverse_offer_id } });
    }
  }
  for (const key of [...context.inverseAnswers.keys()]) {
    const [frameworkId = '', agentId = ''] = key.split('\n');
    if (concerns({ frameworkId, agentId })) context.inverseAnswers.delete(key);
  }
}

/** What frameworks answered about an agent, as the maintenance status shows it. */
export function inverseStatuses(context: MasterContext, agent: Agent): unknown[] {
  return [...context.inverseAnswers].flatMap(([key, { status, at }]) => {
    const [frameworkId, agentId] = key.split('\n');
    if (agentId !== agent.id) return [];
    return [{ status, framework_id: { value: frameworkId }, timestamp: { nanoseconds: at * 1e6 } }];
  });
}

const pairKey = (frameworkId: string, agentId: string): string => `${frameworkId}\n${agentId}`;
