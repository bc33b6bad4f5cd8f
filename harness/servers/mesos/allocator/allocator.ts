import {
  type AgentAccount,
  consumedBy,
  type FrameworkAccount,
  type FrameworkTraits,
  type Quota,
  underQuota,
} from './accounts.ts';
import { type Allocation, runCycle } from './cycle.ts';
import { OfferFilters } from './filters.ts';
import { type Quantities, quantitiesOf } from './quantities.ts';
import { Resources, reservationRole } from './resources.ts';
import { RoleTree } from './role-tree.ts';

export interface AllocatorOptions {
  /** What an offer must at least hold: one of these, each with all of its amounts. Default 0.01 cpus or 32 MiB. */
  readonly minimum?: readonly Quantities[];
  /** A number from 0 up to 1, as Math.random: the order in which agents are visited. */
  readonly random?: () => number;
}

const defaultMinimum = [quantitiesOf({ cpus: 0.01 }), quantitiesOf({ mem: 32 })];

/**
 * Who may have what: hierarchical dominant-resource fairness over roles, then over the frameworks of a role, within
 * quotas, refusals and reservations. It knows no time and no I/O; the caller says when a cycle runs.
 */
export class Allocator {
  readonly tree = new RoleTree();
  readonly agents = new Map<string, AgentAccount>();
  readonly frameworks = new Map<string, FrameworkAccount>();
  /** Of top-level roles. */
  readonly quotas = new Map<string, Quota>();
  readonly minimum: readonly Quantities[];
  readonly random: () => number;

  constructor(options: AllocatorOptions = {}) {
    this.minimum = options.minimum ?? defaultMinimum;
    this.random = options.random ?? Math.random;
  }

  /**
   * Gives away what is free on the given agents (all of them by default) and charges it to the receivers. Each
   * allocation is one framework's share of one agent in one role.
   */
  allocate(now: number, agentIds?: Iterable<string>): Allocation[] {
    const candidates = agentIds === undefined ? [...this.agents.values()] : this.#pick(agentIds);
    return runCycle(this, candidates, now);
  }

  addAgent(id: string, total: Resources): void {
    this.agents.set(id, { id, total, free: total, active: true, holdings: new Map() });
    this.tree.addTotal(total.scalars);
    this.#countReserved(total, (role, scalars) => this.tree.addReserved(role, scalars));
  }

  /** Forgets an agent with everything that was held on it. */
  removeAgent(id: string): void {
    const agent = this.agents.get(id);
    if (agent === undefined) return;
    for (const { frameworkId, role, resources } of [...agent.holdings.values()]) {
      this.release(frameworkId, role, id, resources);
    }
    this.agents.delete(id);
    this.tree.subtractTotal(agent.total.scalars);
    this.#countReserved(agent.total, (role, scalars) => this.tree.subtractReserved(role, scalars));
    for (const { filters } of this.frameworks.values()) filters.forgetAgent(id);
  }

  setAgentActive(id: string, active: boolean): void {
    const agent = this.agents.get(id);
    if (agent !== undefined) agent.active = active;
  }

  /** Turns free resources of an agent into others of the same amounts: reserved, unreserved, made a volume. */
  convertFree(id: string, consumed: Resources, created: Resources): void {
    const agent = this.agents.get(id);
    if (agent === undefined) return;
    agent.free = agent.free.minus(consumed).plus(created);
    this.#replaceTotal(agent, agent.total.minus(consumed).plus(created));
  }

  /** As {@link convertFree}, of what a framework holds there. */
  convertHeld(frameworkId: string, role: string, id: string, consumed: Resources, created: Resources): void {
    this.release(frameworkId, role, id, consumed);
    this.convertFree(id, consumed, created);
    this.charge(frameworkId, role, id, created);
  }

  addFramework(id: string, traits: FrameworkTraits, active: boolean): void {
    const framework = { id, traits: emptyTraits, active, filters: new OfferFilters() };
    this.frameworks.set(id, framework);
    this.updateFramework(id, traits);
  }

  /** Takes a framework off the books. What it holds must have been released before. */
  removeFramework(id: string): void {
    this.updateFramework(id, emptyTraits);
    this.frameworks.delete(id);
  }

  updateFramework(id: string, traits: FrameworkTraits): void {
    const framework = this.frameworks.get(id);
    if (framework === undefined) return;
    for (const role of framework.traits.roles) {
      if (traits.roles.has(role)) continue;
      this.tree.removeClient(role, id);
      framework.filters.clear(role);
    }
    framework.traits = traits;
    for (const role of traits.roles) {
      this.tree.addClient(role, id);
      this.tree.setActive(role, id, framework.active && !traits.suppressed.has(role));
    }
  }

  /** An inactive framework gets nothing, and what it refused is forgotten. */
  setFrameworkActive(id: string, active: boolean): void {
    const framework = this.frameworks.get(id);
    if (framework === undefined) return;
    framework.active = active;
    if (!active) framework.filters.clear();
    this.updateFramework(id, framework.traits);
  }

  suppress(id: string, roles: ReadonlySet<string>): void {
    const framework = this.frameworks.get(id);
    if (framework === undefined) return;
    const suppressed = framework.traits.suppressed.union(roles);
    this.updateFramework(id, { ...framework.traits, suppressed });
  }

  /** Forgets what was refused in these roles, and offers to them again. */
  revive(id: string, roles: ReadonlySet<string>): void {
    const framework = this.frameworks.get(id);
    if (framework === undefined) return;
    for (const role of roles) framework.filters.clear(role);
    const suppressed = framework.traits.suppressed.difference(roles);
    this.updateFramework(id, { ...framework.traits, suppressed });
  }

  refuse(id: string, role: string, agentId: string, resources: Resources, until: number): void {
    this.frameworks.get(id)?.filters.refuse(role, agentId, { resources, until });
  }

  /** Puts resources of an agent on a framework's account, as when an agent comes back with tasks. */
  charge(frameworkId: string, role: string, agentId: string, resources: Resources): void {
    const agent = this.agents.get(agentId);
    if (agent === undefined || resources.isEmpty) return;
    agent.free = agent.free.minus(resources);
    const key = `${frameworkId} ${role}`;
    const holding = agent.holdings.get(key);
    if (holding === undefined) agent.holdings.set(key, { frameworkId, role, resources });
    else holding.resources = holding.resources.plus(resources);
    this.tree.charge(role, frameworkId, resources.scalars, underQuota(resources).scalars);
  }

  /** Takes resources back into the free ones of the agent. Only what is held is taken. */
  release(frameworkId: string, role: string, agentId: string, resources: Resources): void {
    const agent = this.agents.get(agentId);
    const key = `${frameworkId} ${role}`;
    const holding = agent?.holdings.get(key);
    if (agent === undefined || holding === undefined || resources.isEmpty) return;
    holding.resources = holding.resources.minus(resources);
    if (holding.resources.isEmpty) agent.holdings.delete(key);
    agent.free = agent.free.plus(resources);
    this.tree.release(role, frameworkId, resources.scalars, underQuota(resources).scalars);
  }

  setWeight(role: string, weight: number): void {
    this.tree.setWeight(role, weight);
  }

  setQuota(role: string, quota: Quota): void {
    if (quota.guarantees.size === 0 && quota.limits.size === 0) this.quotas.delete(role);
    else this.quotas.set(role, quota);
  }

  /** Nothing for a role that nobody uses. */
  consumed(role: string): Quantities {
    const node = this.tree.get(role);
    return node === undefined ? new Map() : consumedBy(node);
  }

  #replaceTotal(agent: AgentAccount, total: Resources): void {
    this.tree.subtractTotal(agent.total.scalars);
    this.#countReserved(agent.total, (role, scalars) => this.tree.subtractReserved(role, scalars));
    agent.total = total;
    this.tree.addTotal(total.scalars);
    this.#countReserved(total, (role, scalars) => this.tree.addReserved(role, scalars));
  }

  #countReserved(total: Resources, count: (role: string, scalars: Quantities) => void): void {
    for (const pile of total.piles) {
      const role = reservationRole(pile.kind);
      if (role !== '*') count(role, Resources.fromPiles([pile]).scalars);
    }
  }

  #pick(agentIds: Iterable<string>): AgentAccount[] {
    const picked: AgentAccount[] = [];
    for (const id of new Set(agentIds)) {
      const agent = this.agents.get(id);
      if (agent !== undefined) picked.push(agent);
    }
    return picked;
  }
}

const emptyTraits: FrameworkTraits = { roles: new Set(), suppressed: new Set(), capabilities: new Set() };
