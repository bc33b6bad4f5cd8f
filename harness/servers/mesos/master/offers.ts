import type { Allocation } from '../allocator/cycle.ts';
import { toWire } from '../allocator/resource-format.ts';
import type { Resources } from '../allocator/resources.ts';
import type { Filters, Offer } from '../v1.ts';
import type { MasterContext } from './context.ts';
import type { Agent, Framework, OfferRecord } from './entities.ts';
import { withoutPortsTakenBeside } from './machine-ports.ts';
import { unavailabilityOf } from './maintenance.ts';
import { sendTo } from './stream.ts';

const defaultRefuseSeconds = 5;
const longestRefuseSeconds = 365 * 24 * 3600;

/** Has the given agents (or all) offered soon: within this turn of the event loop, once, however often it is asked for. */
export function requestAllocation(context: MasterContext, agents: readonly string[] | 'all'): void {
  const pending = context.pendingAllocation;
  if (agents === 'all') context.pendingAllocation = 'all';
  else if (pending === null) context.pendingAllocation = new Set(agents);
  else if (pending !== 'all') for (const agent of agents) pending.add(agent);
  if (pending === null) context.clock.after(0, () => allocate(context));
}

/** Runs an allocation cycle and sends the offers, one event for each framework. */
export function allocate(context: MasterContext, agents = context.pendingAllocation): void {
  context.pendingAllocation = null;
  if (context.stopped || agents === null) return;
  const started = performance.now();
  const allocations = context.allocator.allocate(
    context.clock.monotonic(),
    agents === 'all' ? undefined : agents,
  );
  context.metrics.increment('allocator/mesos/allocation_runs');
  context.metrics.time('allocator/mesos/allocation_run_ms', performance.now() - started);
  const byFramework = Map.groupBy(allocations, ({ frameworkId }) => frameworkId);
  for (const [frameworkId, mine] of byFramework) {
    const framework = context.frameworks.get(frameworkId);
    if (framework !== undefined) sendOffers(context, framework, mine);
  }
}

function sendOffers(context: MasterContext, framework: Framework, allocations: readonly Allocation[]): void {
  const offers: Offer[] = [];
  for (const allocation of allocations) {
    const agent = context.agents.get(allocation.agentId);
    if (agent !== undefined) offers.push(makeOffer(context, framework, agent, allocation).message);
  }
  sendTo(framework, { type: 'OFFERS', offers: { offers } });
}

function makeOffer(
  context: MasterContext,
  framework: Framework,
  agent: Agent,
  { role, resources }: Allocation,
): OfferRecord {
  const id = `${context.id}-O${context.counters.offer++}`;
  const timeoutMs = context.flags.offerTimeoutMs;
  const expire = (): void => {
    const offer = context.offers.get(id);
    if (offer !== undefined) rescindOffer(context, offer);
  };
  const offer: OfferRecord = {
    id,
    frameworkId: framework.id,
    agentId: agent.id,
    role,
    resources,
    message: offerMessage(context, { id, framework, agent, role, resources }),
    timer: timeoutMs === null ? null : context.clock.after(timeoutMs, expire),
  };
  context.offers.set(id, offer);
  framework.offers.add(offer);
  agent.offers.add(offer);
  return offer;
}

function offerMessage(
  context: MasterContext,
  parts: {
    readonly id: string;
    readonly framework: Framework;
    readonly agent: Agent;
    readonly role: string;
    readonly resources: Resources;
  },
): Offer {
  const { id, framework, agent, role, resources } = parts;
  const { hostname, port, pid, attributes, domain } = agent.description;
  const multiRole = framework.capabilities.has('MULTI_ROLE');
  const form = framework.capabilities.has('RESERVATION_REFINEMENT') ? 'refined' : 'role';
  const executorIds = [...agent.executors.values()]
    .filter(({ frameworkId }) => frameworkId === framework.id)
    .map((executor) => ({ value: executor.id }));
  const unavailability = unavailabilityOf(context, agent);
  const [name = 'slave(1)', ip = '127.0.0.1'] = pid.split(/[@:]/);
  return {
    id: { value: id },
    framework_id: { value: framework.id },
    agent_id: { value: agent.id },
    hostname,
    url: { scheme: 'http', address: { hostname, ip, port }, path: `/${name}` },
    resources: toWire(withoutPortsTakenBeside(context, agent, resources), form, multiRole ? role : undefined),
    ...(attributes.length === 0 ? {} : { attributes }),
    ...(executorIds.length === 0 ? {} : { executor_ids: executorIds }),
    ...(multiRole ? { allocation_info: { role } } : {}),
    ...(unavailability === undefined ? {} : { unavailability }),
    ...(domain === undefined ? {} : { domain }),
  };
}

/** Takes an offer off the books; its resources stay on the framework's account. */
export function forgetOffer(context: MasterContext, offer: OfferRecord): void {
  offer.timer?.cancel();
  context.offers.delete(offer.id);
  context.frameworks.get(offer.frameworkId)?.offers.delete(offer);
  context.agents.get(offer.agentId)?.offers.delete(offer);
}

/** The offer is void and its resources are free again; the framework is not told. */
export function returnOffer(context: MasterContext, offer: OfferRecord): void {
  forgetOffer(context, offer);
  context.allocator.release(offer.frameworkId, offer.role, offer.agentId, offer.resources);
}

export function rescindOffer(context: MasterContext, offer: OfferRecord): void {
  returnOffer(context, offer);
  const framework = context.frameworks.get(offer.frameworkId);
  if (framework !== undefined)
    sendTo(framework, { type: 'RESCIND', rescind: { offer_id: { value: offer.id } } });
}

export interface Refused {
  readonly frameworkId: string;
  readonly role: string;
  readonly agentId: string;
  readonly resources: Resources;
}

/** Gives resources back that a framework did not want, and hides them from it for as long as it asked. */
export function refuse(context: MasterContext, refused: Refused, filters: Filters | undefined): void {
  const { frameworkId, role, agentId, resources } = refused;
  if (resources.isEmpty) return;
  context.allocator.release(frameworkId, role, agentId, resources);
  const seconds = refuseSeconds(filters);
  if (seconds === 0) return;
  const durationMs = Math.max(seconds * 1000, context.flags.allocationIntervalMs);
  context.allocator.refuse(frameworkId, role, agentId, resources, context.clock.monotonic() + durationMs);
}

/** How long a framework does not want to be asked again. */
export function refuseSeconds(filters: Filters | undefined): number {
  const seconds = filters?.refuse_seconds ?? defaultRefuseSeconds;
  if (Number.isNaN(seconds) || seconds < 0) return defaultRefuseSeconds;
  return Math.min(seconds, longestRefuseSeconds);
}
