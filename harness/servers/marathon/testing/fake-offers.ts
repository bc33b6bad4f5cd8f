import type { Attribute, Offer, Range, Resource, TaskInfo } from '../../mesos/v1.ts';
import { remainderOf } from '../offers/index.ts';

export interface FakeAgent {
  readonly hostname: string;
  readonly cpus: number;
  readonly mem: number;
  readonly attributes?: readonly Attribute[];
}

/** Coarse offers: the whole remainder of each agent, to the first role that wants it, until declined or accepted. */
export class FakeOffers {
  readonly #agents: ReadonlyMap<string, FakeAgent>;
  readonly #offered = new Map<string, Offer>();
  readonly #declined = new Set<string>();
  readonly #wanting = new Set<string>();
  #next = 0;
  /** Of every agent. */
  ports: Range = { begin: 31_000, end: 32_000 };

  constructor(agents: ReadonlyMap<string, FakeAgent>) {
    this.#agents = agents;
  }

  /** As after a subscription. */
  reset(wanting: readonly string[]): void {
    this.#offered.clear();
    this.#declined.clear();
    this.#wanting.clear();
    this.revive(wanting);
  }

  revive(roles: readonly string[]): void {
    this.forgetDeclines();
    for (const role of roles) this.#wanting.add(role);
  }

  suppress(roles: readonly string[]): void {
    for (const role of roles) this.#wanting.delete(role);
  }

  decline(offerId: string): void {
    const offer = this.#offered.get(offerId);
    if (offer !== undefined) this.#declined.add(keyOf(offer.agent_id.value, roleOf(offer)));
    this.#offered.delete(offerId);
  }

  /** Undefined when the offer is not out, or no longer. */
  accept(offerId: string): Offer | undefined {
    const offer = this.#offered.get(offerId);
    this.#offered.delete(offerId);
    return offer;
  }

  /** More is free than what was declined. */
  forgetDeclines(): void {
    this.#declined.clear();
  }

  make(
    tasks: Iterable<{ readonly agentId: string; readonly info: TaskInfo }>,
    isUsable: (agentId: string) => boolean,
  ): readonly Offer[] {
    const tasksOf = Map.groupBy(tasks, (task) => task.agentId);
    const taken = new Set([...this.#offered.values()].map((offer) => offer.agent_id.value));
    const offers: Offer[] = [];
    for (const role of this.#wanting) {
      for (const [agentId, agent] of this.#agents) {
        if (taken.has(agentId) || !isUsable(agentId) || this.#declined.has(keyOf(agentId, role))) continue;
        let offer = this.#whole(agentId, agent, role);
        for (const task of tasksOf.get(agentId) ?? []) offer = remainderOf(offer, task.info.resources);
        taken.add(agentId);
        if (offer.resources.some((resource) => resource.name === 'cpus')) offers.push(offer);
      }
    }
    for (const offer of offers) this.#offered.set(offer.id.value, offer);
    return offers;
  }

  #whole(agentId: string, agent: FakeAgent, role: string): Offer {
    return {
      id: { value: `O${this.#next++}` },
      framework_id: { value: 'F-0000' },
      agent_id: { value: agentId },
      hostname: agent.hostname,
      resources: resourcesOf(agent, role, this.ports),
      attributes: agent.attributes ?? [],
      allocation_info: { role },
    };
  }
}

function keyOf(agentId: string, role: string): string {
  return `${agentId} ${role}`;
}

function roleOf(offer: Offer): string {
  return offer.allocation_info?.role ?? '*';
}

function resourcesOf({ cpus, mem }: FakeAgent, role: string, ports: Range): readonly Resource[] {
  const common = { role: '*', allocation_info: { role } };
  return [
    { ...common, name: 'cpus', type: 'SCALAR', scalar: { value: cpus } },
    { ...common, name: 'mem', type: 'SCALAR', scalar: { value: mem } },
    { ...common, name: 'disk', type: 'SCALAR', scalar: { value: 100_000 } },
    { ...common, name: 'ports', type: 'RANGES', ranges: { range: [ports] } },
  ];
}
