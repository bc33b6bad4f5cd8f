import type { OfferFilters } from './filters.ts';
import type { Quantities } from './quantities.ts';
import type { ResourceKind, Resources } from './resources.ts';
import type { RoleNode, RoleTree } from './role-tree.ts';

export interface FrameworkTraits {
  readonly roles: ReadonlySet<string>;
  readonly suppressed: ReadonlySet<string>;
  /** Names of capabilities: GPU_RESOURCES, REVOCABLE_RESOURCES, SHARED_RESOURCES, RESERVATION_REFINEMENT count here. */
  readonly capabilities: ReadonlySet<string>;
  /** By role, what an offer must at least hold, where that differs from the allocator's own minimum. */
  readonly minimum?: ReadonlyMap<string, readonly Quantities[]>;
}

export interface FrameworkAccount {
  readonly id: string;
  traits: FrameworkTraits;
  active: boolean;
  readonly filters: OfferFilters;
}

/** What a framework holds on an agent in one role, offered and used alike. */
export interface Holding {
  readonly frameworkId: string;
  readonly role: string;
  resources: Resources;
}

export interface AgentAccount {
  readonly id: string;
  total: Resources;
  free: Resources;
  active: boolean;
  readonly holdings: Map<string, Holding>;
}

/** A role's share of the cluster by right: `guarantees` are held back for it, beyond `limits` it gets nothing. */
export interface Quota {
  readonly guarantees: Quantities;
  readonly limits: Quantities;
}

const countsAgainstQuota = (kind: ResourceKind): boolean =>
  kind.reservations.length === 0 && kind.revocable === undefined;

/** The part of resources that quota speaks of. */
export function underQuota(resources: Resources): Resources {
  return resources.filter(countsAgainstQuota);
}

/** What counts against the quota of a role: unreserved allocations, and reservations whether allocated or not. */
export function consumedBy(node: RoleNode): Quantities {
  const consumed = new Map(node.unreserved);
  for (const [name, milli] of node.reserved) consumed.set(name, (consumed.get(name) ?? 0) + milli);
  return consumed;
}

/** What an allocation cycle reads, and where it charges what it gives away. */
export interface Accounts {
  readonly tree: RoleTree;
  readonly agents: ReadonlyMap<string, AgentAccount>;
  readonly frameworks: ReadonlyMap<string, FrameworkAccount>;
  /** Of top-level roles. */
  readonly quotas: ReadonlyMap<string, Quota>;
  readonly minimum: readonly Quantities[];
  readonly random: () => number;
  consumed(role: string): Quantities;
  charge(frameworkId: string, role: string, agentId: string, resources: Resources): void;
}
