import {
  type Accounts,
  type AgentAccount,
  consumedBy,
  type FrameworkAccount,
  type Quota,
  underQuota,
} from './accounts.ts';
import { contains, minus, plus, type Quantities } from './quantities.ts';
import { allocatableTo, type Pile, type ResourceKind, Resources } from './resources.ts';
import type { RoleNode } from './role-tree.ts';

/** Resources of one agent that one framework may use in one role. */
export interface Allocation {
  readonly frameworkId: string;
  readonly role: string;
  readonly agentId: string;
  readonly resources: Resources;
}

/**
 * One allocation cycle. Guarantees that are not met are served first; then every agent's remainder goes, whole, to
 * the first taker in the order of fairness, less what other roles' guarantees still need.
 */
export function runCycle(accounts: Accounts, candidates: readonly AgentAccount[], now: number): Allocation[] {
  const cycle = new Cycle(accounts, now);
  const agents = shuffle(
    candidates.filter((agent) => agent.active && cycle.worthOffering(agent.free)),
    accounts.random,
  );
  if (agents.length === 0) return [];
  const guaranteed = [...accounts.quotas].filter(([, quota]) => quota.guarantees.size > 0);
  if (guaranteed.length > 0) {
    for (const agent of agents) cycle.serveGuarantees(agent);
    cycle.holdBack(guaranteed);
  }
  for (const agent of agents) cycle.shareOut(agent);
  return cycle.allocations;
}

class Cycle {
  readonly #accounts: Accounts;
  readonly #now: number;
  readonly #allocations = new Map<string, Allocation>();
  /** What may be given away without touching what guarantees need; null when no role has a guarantee. */
  #surplus: Map<string, number> | null = null;

  constructor(accounts: Accounts, now: number) {
    this.#accounts = accounts;
    this.#now = now;
  }

  get allocations(): Allocation[] {
    return [...this.#allocations.values()];
  }

  /** An empty list of minima asks for nothing. */
  worthOffering(resources: Resources, minima = this.#accounts.minimum): boolean {
    if (resources.isEmpty) return false;
    return minima.length === 0 || minima.some((minimum) => contains(resources.scalars, minimum));
  }

  /** Gives roles below their guarantee what they lack, and nothing else of the resources under guarantee. */
  serveGuarantees(agent: AgentAccount): void {
    for (const node of this.#accounts.tree.inOrder()) {
      const quota = this.#quotaOf(node);
      if (quota === undefined || quota.guarantees.size === 0) continue;
      for (const framework of this.#takers(node)) {
        const lacking = minus(quota.guarantees, this.#consumed(node));
        if (lacking.size === 0) break;
        const eligible = this.#eligible(framework, node.name, agent);
        const lackingHere = shrink(eligible, onlyNamed(lacking, quota.guarantees));
        const offered = shrink(lackingHere, this.#belowLimits(node, quota));
        if (!servesAny(underQuota(offered).scalars, lacking)) continue;
        this.#give(framework, node.name, agent, offered);
      }
    }
  }

  holdBack(guaranteed: readonly (readonly [string, Quota])[]): void {
    let free: Quantities = new Map();
    for (const agent of this.#accounts.agents.values()) {
      if (agent.active) free = plus(free, underQuota(agent.free).scalars);
    }
    let needed: Quantities = new Map();
    for (const [role, { guarantees }] of guaranteed) {
      needed = plus(needed, minus(guarantees, this.#accounts.consumed(role)));
    }
    const surplus = new Map<string, number>();
    for (const [name, milli] of needed) surplus.set(name, Math.max(0, (free.get(name) ?? 0) - milli));
    this.#surplus = surplus;
  }

  shareOut(agent: AgentAccount): void {
    for (const node of this.#accounts.tree.inOrder()) {
      for (const framework of this.#takers(node)) {
        if (!this.worthOffering(agent.free)) return;
        const quota = this.#quotaOf(node);
        let offered = this.#eligible(framework, node.name, agent);
        if (quota !== undefined) offered = shrink(offered, this.#belowLimits(node, quota));
        if (this.#surplus !== null) offered = shrink(offered, this.#surplus);
        if (!this.#give(framework, node.name, agent, offered)) continue;
        if (this.#surplus !== null) spend(this.#surplus, underQuota(offered).scalars);
      }
    }
  }

  *#takers(node: RoleNode): Generator<FrameworkAccount> {
    for (const { frameworkId } of this.#accounts.tree.clientsInOrder(node)) {
      const framework = this.#accounts.frameworks.get(frameworkId);
      if (framework !== undefined) yield framework;
    }
  }

  /** The free resources of an agent that a framework may see in a role at all. */
  #eligible({ traits }: FrameworkAccount, role: string, agent: AgentAccount): Resources {
    const has = (capability: string): boolean => traits.capabilities.has(capability);
    if (!has('GPU_RESOURCES') && agent.total.scalars.has('gpus')) return Resources.none;
    const mine = allocatableTo(role);
    return agent.free.filter(
      (kind: ResourceKind) =>
        mine(kind) &&
        (kind.revocable === undefined || has('REVOCABLE_RESOURCES')) &&
        (kind.shared === undefined || has('SHARED_RESOURCES')) &&
        (kind.reservations.length <= 1 || has('RESERVATION_REFINEMENT')),
    );
  }

  #give(framework: FrameworkAccount, role: string, agent: AgentAccount, resources: Resources): boolean {
    if (!this.worthOffering(resources, framework.traits.minimum?.get(role))) return false;
    if (framework.filters.hides(role, agent.id, resources, this.#now)) return false;
    this.#accounts.charge(framework.id, role, agent.id, resources);
    const key = `${framework.id} ${role} ${agent.id}`;
    const earlier = this.#allocations.get(key)?.resources ?? Resources.none;
    this.#allocations.set(key, {
      frameworkId: framework.id,
      role,
      agentId: agent.id,
      resources: earlier.plus(resources),
    });
    return true;
  }

  #quotaOf(node: RoleNode): Quota | undefined {
    return this.#accounts.quotas.size === 0 ? undefined : this.#accounts.quotas.get(topLevel(node).name);
  }

  #consumed(node: RoleNode): Quantities {
    return consumedBy(topLevel(node));
  }

  /** How much more of each limited resource the role may have. */
  #belowLimits(node: RoleNode, { limits }: Quota): Quantities {
    return onlyNamed(minus(limits, this.#consumed(node)), limits);
  }
}

function topLevel(node: RoleNode): RoleNode {
  let at = node;
  while (at.parent !== null && at.parent.name !== '') at = at.parent;
  return at;
}

/** Names of `all` that `amounts` lacks count as zero, not as absent. */
function onlyNamed(amounts: Quantities, all: Quantities): Quantities {
  const named = new Map<string, number>();
  for (const name of all.keys()) named.set(name, amounts.get(name) ?? 0);
  return named;
}

/** Cuts unreserved scalars that `limits` names down to it; reservations count as consumed already. */
function shrink(resources: Resources, limits: Quantities): Resources {
  if (limits.size === 0) return resources;
  const cut: Pile[] = [];
  const left = new Map(limits);
  for (const pile of resources.piles) {
    const { kind, amount } = pile;
    const limit = left.get(kind.name);
    const limited =
      amount.type === 'SCALAR' && kind.reservations.length === 0 && kind.revocable === undefined;
    if (limit === undefined || !limited) {
      cut.push(pile);
      continue;
    }
    const milli = Math.min(amount.milli, limit);
    left.set(kind.name, limit - milli);
    cut.push({ ...pile, amount: { type: 'SCALAR', milli } });
  }
  return Resources.fromPiles(cut);
}

function servesAny(offered: Quantities, lacking: Quantities): boolean {
  for (const name of lacking.keys()) if (offered.has(name)) return true;
  return false;
}

function spend(surplus: Map<string, number>, amount: Quantities): void {
  for (const [name, milli] of amount) {
    const left = surplus.get(name);
    if (left !== undefined) surplus.set(name, Math.max(0, left - milli));
  }
}

function shuffle<T>(items: T[], random: () => number): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const a = items[last];
    const b = items[other];
    if (a === undefined || b === undefined) continue;
    items[last] = b;
    items[other] = a;
  }
  return items;
}
