import { underQuota } from '../../allocator/accounts.ts';
import {
  addTo,
  contains,
  fromMilli,
  type Quantities,
  quantitiesOf,
  subtractFrom,
} from '../../allocator/quantities.ts';
import type { Resource, Value } from '../../v1.ts';
import type { QuotaConfig, QuotaRequest } from '../../wire/operator-call.ts';
import type { MasterContext } from '../context.ts';
import type { OfferRecord } from '../entities.ts';
import { rescindOffer } from '../offers.ts';
import { limitsOf } from '../recovery.ts';
import type { QuotaConfig as KeptQuota } from '../registry.ts';
import { roleProblem } from '../roles.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { consumedQuota, offeredIn } from './roles.ts';

const longestScalar = { MiB: 1024 ** 4, other: 1e12 };

type Amounts = Readonly<Record<string, number>>;

/** GET_QUOTA and `/quota`: the deprecated form and the configs. */
export function quotaStatus(context: MasterContext): Record<string, unknown> {
  const quotas = [...context.registry.state.quotas.values()];
  if (quotas.length === 0) return {};
  const scalars = (amounts: Amounts): Record<string, Value<number>> =>
    Object.fromEntries(Object.entries(amounts).map(([name, value]) => [name, { value }]));
  return {
    infos: quotas.map(({ role, guarantees }) => ({ role, ...guaranteeOf(guarantees) })),
    configs: quotas.map(({ role, guarantees, limits }) => ({
      role,
      ...(Object.keys(guarantees).length === 0 ? {} : { guarantees: scalars(guarantees) }),
      ...(Object.keys(limits).length === 0 ? {} : { limits: scalars(limits) }),
    })),
  };
}

function guaranteeOf(guarantees: Amounts): { readonly guarantee?: readonly Resource[] } {
  const entries = Object.entries(guarantees);
  if (entries.length === 0) return {};
  return { guarantee: entries.map(([name, value]) => ({ name, type: 'SCALAR', scalar: { value } })) };
}

/** UPDATE_QUOTA: all configs or none. An empty config takes the role's quota away. */
export function updateQuota(
  context: MasterContext,
  configs: readonly QuotaConfig[],
  force: boolean,
): Outcome {
  const quotas = configs.map(({ role, guarantees, limits }) => ({
    role,
    guarantees: plain(guarantees),
    limits: plain(limits),
  }));
  for (const quota of quotas) {
    const problem = configProblem(quota);
    if (problem !== null) return refused(problem);
  }
  if (!force) {
    const problem = consumptionProblem(context, quotas) ?? capacityProblem(context, quotas);
    if (problem !== null) return refused(problem);
  }
  for (const quota of quotas) apply(context, quota);
  return done;
}

/** The deprecated way: a guarantee that is a limit as well. */
export function setQuota(context: MasterContext, { role, guarantee, force }: QuotaRequest): Outcome {
  if (role === undefined)
    return refused('Failed to validate set quota request: QuotaInfo must specify a role');
  if (guarantee === undefined) {
    return refused("Failed to validate set quota request: QuotaInfo with empty 'guarantee'");
  }
  if (context.registry.state.quotas.has(role)) {
    return refused(`Failed to validate set quota request: Quota already set for role '${role}'`);
  }
  const nonScalar = guarantee.some(({ type }: Resource) => type !== 'SCALAR');
  if (nonScalar) {
    return refused('Failed to validate set quota request: QuotaInfo must not include non-scalar resources');
  }
  const amounts = Object.fromEntries(
    guarantee.map(({ name, scalar }) => [name, { value: scalar?.value ?? 0 }]),
  );
  return updateQuota(context, [{ role, guarantees: amounts, limits: amounts }], force ?? false);
}

export function removeQuota(context: MasterContext, role: string): Outcome {
  if (!context.registry.state.quotas.has(role)) {
    return refused(`Failed to remove quota: Role '${role}' has no quota set`);
  }
  apply(context, { role, guarantees: {}, limits: {} });
  return done;
}

function plain(scalars: QuotaConfig['limits'] = {}): Amounts {
  return Object.fromEntries(Object.entries(scalars).map(([name, { value }]) => [name, value]));
}

function configProblem({ role, guarantees, limits }: KeptQuota): string | null {
  if (role.includes('/')) return `Updating quota on nested role '${role}' is not supported yet`;
  const problem = roleProblem(role);
  if (problem !== null) return `Invalid QuotaConfig: Invalid 'QuotaConfig.role': ${problem}`;
  for (const [label, amounts] of [
    ['guarantee', guarantees],
    ['limit', limits],
  ] as const) {
    for (const [name, value] of Object.entries(amounts)) {
      const longest = name === 'mem' || name === 'disk' ? longestScalar.MiB : longestScalar.other;
      if (value > longest) {
        return `Invalid QuotaConfig: Invalid 'QuotaConfig.${label}s': {'${name}': ${value}} is invalid: too large`;
      }
      if (!(value >= 0)) {
        return `Invalid QuotaConfig: Invalid ${label} configuration {'${name}': ${value}}: Negative values not supported`;
      }
    }
  }
  const beyond = Object.entries(guarantees).some(
    ([name, value]) => value > (limits[name] ?? Number.POSITIVE_INFINITY),
  );
  if (!beyond) return null;
  return (
    `Invalid QuotaConfig: 'QuotaConfig.guarantees' ${format(quantitiesOf(guarantees))} is not contained within ` +
    `the 'QuotaConfig.limits' ${format(limitsOf(limits))}`
  );
}

function consumptionProblem(context: MasterContext, quotas: readonly KeptQuota[]): string | null {
  for (const { role, limits } of quotas) {
    const consumed = consumedQuota(context, role);
    if (isWithin(consumed, limitsOf(limits))) continue;
    return (
      `Invalid QuotaConfig: Role '${role}' is already consuming '${format(consumed)}'; this is more than the ` +
      `requested limits '${format(limitsOf(limits))}' (use 'force' flag to bypass this check)`
    );
  }
  return null;
}

function capacityProblem(context: MasterContext, quotas: readonly KeptQuota[]): string | null {
  const changed = new Map(quotas.map((quota) => [quota.role, quota]));
  const total = new Map<string, number>();
  const kept = [...context.registry.state.quotas.values()].filter(({ role }) => !changed.has(role));
  for (const { guarantees } of [...kept, ...quotas]) addTo(total, quantitiesOf(guarantees));
  const capacity = new Map<string, number>();
  for (const agent of context.agents.values()) addTo(capacity, agent.total.scalars);
  if (contains(capacity, total)) return null;
  return (
    `Invalid QuotaConfig: total quota guarantees '${format(total)}' exceed cluster capacity ` +
    `'${format(capacity)}' (use 'force' flag to bypass this check)`
  );
}

function apply(context: MasterContext, quota: KeptQuota): void {
  const { role, guarantees, limits } = quota;
  const isEmpty = Object.keys(guarantees).length === 0 && Object.keys(limits).length === 0;
  context.allocator.setQuota(role, { guarantees: quantitiesOf(guarantees), limits: limitsOf(limits) });
  context.registry.update(({ quotas }) => {
    if (isEmpty) quotas.delete(role);
    else quotas.set(role, quota);
  });
  rescindBeyond(context, role, limitsOf(limits));
  rescindFor(context, role, quantitiesOf(guarantees));
}

/** Takes offers of the role back until what is consumed and offered fits its limits. */
function rescindBeyond(context: MasterContext, role: string, limits: Quantities): void {
  const held = consumedQuota(context, role);
  addTo(held, offeredIn(context, role, 'under-quota'));
  for (const offer of [...context.offers.values()]) {
    if (isWithin(held, limits)) return;
    if (!isOf(offer, role)) continue;
    subtractFrom(held, underQuota(offer.resources).scalars);
    rescindOffer(context, offer);
  }
}

/** Takes offers of other roles back until the role's guarantees can be met. */
function rescindFor(context: MasterContext, role: string, guarantees: Quantities): void {
  const available = consumedQuota(context, role);
  addTo(available, offeredIn(context, role, 'under-quota'));
  for (const offer of [...context.offers.values()]) {
    if (contains(available, guarantees)) return;
    if (isOf(offer, role)) continue;
    addTo(available, underQuota(offer.resources).scalars);
    rescindOffer(context, offer);
  }
}

function isOf(offer: OfferRecord, role: string): boolean {
  return offer.role === role || offer.role.startsWith(`${role}/`);
}

/** Names without a limit are unlimited. */
function isWithin(amounts: Quantities, limits: Quantities): boolean {
  for (const [name, limit] of limits) if ((amounts.get(name) ?? 0) > limit) return false;
  return true;
}

function format(quantities: Quantities): string {
  return [...quantities].map(([name, milli]) => `${name}:${fromMilli(milli)}`).join('; ');
}
