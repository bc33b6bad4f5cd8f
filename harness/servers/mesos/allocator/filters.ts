import type { Resources } from './resources.ts';

interface Refusal {
  readonly resources: Resources;
  /** In the clock's monotonic milliseconds. */
  readonly until: number;
}

/**
 * What one framework does not want to be offered for a while, by role and agent. A refusal hides only what is
 * contained in the refused amount: when more becomes free on the agent, it is offered again at once.
 */
export class OfferFilters {
  readonly #refusals = new Map<string, Map<string, Refusal[]>>();

  refuse(role: string, agentId: string, refusal: Refusal): void {
    const agents = this.#refusals.get(role) ?? new Map<string, Refusal[]>();
    this.#refusals.set(role, agents);
    const earlier = (agents.get(agentId) ?? []).filter(
      ({ resources, until }) => until > refusal.until || !refusal.resources.contains(resources),
    );
    agents.set(agentId, [...earlier, refusal]);
  }

  hides(role: string, agentId: string, offered: Resources, now: number): boolean {
    const agents = this.#refusals.get(role);
    const refusals = agents?.get(agentId);
    if (agents === undefined || refusals === undefined) return false;
    const current = refusals.filter(({ until }) => until > now);
    if (current.length === 0) agents.delete(agentId);
    else if (current.length < refusals.length) agents.set(agentId, current);
    return current.some(({ resources }) => resources.contains(offered));
  }

  clear(role?: string): void {
    if (role === undefined) this.#refusals.clear();
    else this.#refusals.delete(role);
  }

  forgetAgent(agentId: string): void {
    for (const agents of this.#refusals.values()) agents.delete(agentId);
  }

  /** Number of (role, agent) pairs with a refusal; expired ones count until they are next looked at. */
  get size(): number {
    let size = 0;
    for (const agents of this.#refusals.values()) size += agents.size;
    return size;
  }
}
