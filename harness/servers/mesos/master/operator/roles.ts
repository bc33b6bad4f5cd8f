import { underQuota } from '../../allocator/accounts.ts';
import { addTo, fromMilli, type Quantities, subtractFrom } from '../../allocator/quantities.ts';
import type { MasterContext } from '../context.ts';
import { withAncestors } from '../roles.ts';

/** What a role and those below it have. */
interface RoleAccount {
  readonly name: string;
  readonly weight: number;
  readonly allocated: Quantities;
  readonly offered: Quantities;
  readonly reserved: Quantities;
  readonly frameworks: readonly string[];
}

/** Roles with frameworks, reservations, weights or quota, and their ancestors, by name. */
export function roleAccounts(context: MasterContext): RoleAccount[] {
  const { tree } = context.allocator;
  const names = new Set<string>();
  const { weights, quotas } = context.registry.state;
  for (const { name } of tree.roles) names.add(name);
  for (const role of [...weights.keys(), ...quotas.keys()]) {
    for (const name of withAncestors(role)) names.add(name);
  }
  return [...names].sort().map((name) => {
    const node = tree.get(name);
    const offered = offeredIn(context, name, 'all');
    const allocated = new Map(node?.allocated);
    subtractFrom(allocated, offered);
    return {
      name,
      weight: weights.get(name) ?? 1,
      allocated,
      offered,
      reserved: node?.reserved ?? new Map(),
      frameworks: [...(node?.clients.keys() ?? [])],
    };
  });
}

/** What is on offer in a role and those below it; `under-quota` leaves reservations out. */
export function offeredIn(
  context: MasterContext,
  role: string,
  part: 'all' | 'under-quota',
): Map<string, number> {
  const offered = new Map<string, number>();
  for (const offer of context.offers.values()) {
    if (offer.role !== role && !offer.role.startsWith(`${role}/`)) continue;
    addTo(offered, (part === 'all' ? offer.resources : underQuota(offer.resources)).scalars);
  }
  return offered;
}

/** What counts against a role's quota, offers left out. */
export function consumedQuota(context: MasterContext, role: string): Map<string, number> {
  const consumed = new Map(context.allocator.consumed(role));
  subtractFrom(consumed, offeredIn(context, role, 'under-quota'));
  return consumed;
}

const plain = (quantities: Quantities): Record<string, number> =>
  Object.fromEntries([...quantities].map(([name, milli]) => [name, fromMilli(milli)]));

/** `/roles`. */
export function renderRoles(context: MasterContext): unknown {
  const roles = roleAccounts(context).map(({ name, weight, allocated, offered, reserved, frameworks }) => {
    const { guarantees = {}, limits = {} } = context.registry.state.quotas.get(name) ?? {};
    const resources = new Map(allocated);
    addTo(resources, offered);
    return {
      name,
      weight,
      quota: {
        role: name,
        guarantee: guarantees,
        limit: limits,
        consumed: plain(consumedQuota(context, name)),
      },
      resources: plain(resources),
      allocated: plain(allocated),
      offered: plain(offered),
      reserved: plain(reserved),
      frameworks,
    };
  });
  return { roles };
}

/** GET_ROLES. */
export function getRoles(context: MasterContext): Record<string, unknown> {
  const roles = roleAccounts(context).map(({ name, weight, allocated, offered, frameworks }) => {
    const sum = new Map(allocated);
    addTo(sum, offered);
    const resources = [...sum].map(([resource, milli]) => ({
      name: resource,
      type: 'SCALAR',
      scalar: { value: fromMilli(milli) },
    }));
    return {
      name,
      weight,
      ...(frameworks.length === 0 ? {} : { frameworks: frameworks.map((value) => ({ value })) }),
      ...(resources.length === 0 ? {} : { resources }),
    };
  });
  return roles.length === 0 ? {} : { roles };
}
