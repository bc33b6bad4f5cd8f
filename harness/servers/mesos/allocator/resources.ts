import type { Resource } from '../v1.ts';
import {
  type Amount,
  addAmount,
  amountContains,
  amountOf,
  formatAmount,
  gather,
  isNothing,
  subtractAmount,
} from './amount.ts';
import { fromMilli, type Quantities } from './quantities.ts';
import { normalizeRanges } from './ranges.ts';

export type Reservation = NonNullable<Resource['reservations']>[number];

/** What tells one pile of a resource from another; amounts of equal kinds may be added. */
export interface ResourceKind {
  readonly name: string;
  /** From the outermost role to the innermost; empty for unreserved resources. */
  readonly reservations: readonly Reservation[];
  readonly disk?: Resource['disk'];
  readonly revocable?: Resource['revocable'];
  readonly shared?: Resource['shared'];
  readonly provider_id?: Resource['provider_id'];
}

export interface Pile {
  readonly key: string;
  readonly kind: ResourceKind;
  readonly amount: Amount;
}

/** An immutable heap of resources. Which role it is allocated to is known by whoever holds it. */
export class Resources {
  static readonly none = new Resources(new Map());

  readonly #piles: ReadonlyMap<string, Pile>;
  #scalars: Quantities | null = null;

  private constructor(piles: ReadonlyMap<string, Pile>) {
    this.#piles = piles;
  }

  /** Adds up what the list holds; members without an amount count nothing. */
  static from(list: readonly Resource[] | undefined): Resources {
    const piles = new Map<string, Pile>();
    for (const resource of list ?? []) {
      const kind = kindOf(resource);
      const amount = amountOf(resource);
      if (amount !== null) addPile(piles, { key: keyOf(kind), kind, amount });
    }
    return piles.size === 0 ? Resources.none : new Resources(piles);
  }

  static fromPiles(list: Iterable<Pile>): Resources {
    const piles = new Map<string, Pile>();
    for (const pile of list) if (!isNothing(pile.amount)) addPile(piles, pile);
    return piles.size === 0 ? Resources.none : new Resources(piles);
  }

  /** As adding one by one, but ranges are merged once. */
  static sum(list: Iterable<Resources>): Resources {
    const gathered = new Map<string, Pile>();
    for (const resources of list) {
      for (const pile of resources.piles) {
        const mine = gathered.get(pile.key);
        gathered.set(
          pile.key,
          mine === undefined ? pile : { ...mine, amount: gather(mine.amount, pile.amount) },
        );
      }
    }
    const piles = new Map<string, Pile>();
    for (const [key, { kind, amount }] of gathered) {
      const merged: Amount =
        amount.type === 'RANGES' ? { type: 'RANGES', ranges: normalizeRanges(amount.ranges) } : amount;
      piles.set(key, { key, kind, amount: merged });
    }
    return piles.size === 0 ? Resources.none : new Resources(piles);
  }

  get isEmpty(): boolean {
    return this.#piles.size === 0;
  }

  get piles(): Iterable<Pile> {
    return this.#piles.values();
  }

  plus(other: Resources): Resources {
    if (other.isEmpty) return this;
    if (this.isEmpty) return other;
    const piles = new Map(this.#piles);
    for (const pile of other.#piles.values()) addPile(piles, pile);
    return new Resources(piles);
  }

  /** What is left; subtracting what is not there does nothing. */
  minus(other: Resources): Resources {
    if (other === this) return Resources.none;
    if (other.isEmpty || this.isEmpty) return this;
    const piles = new Map(this.#piles);
    for (const [key, { amount }] of other.#piles) {
      const mine = piles.get(key);
      if (mine === undefined) continue;
      const rest = subtractAmount(mine.amount, amount);
      if (isNothing(rest)) piles.delete(key);
      else piles.set(key, { ...mine, amount: rest });
    }
    return piles.size === 0 ? Resources.none : new Resources(piles);
  }

  contains(other: Resources): boolean {
    if (other === this) return true;
    for (const [key, { amount }] of other.#piles) {
      const mine = this.#piles.get(key);
      if (mine === undefined || !amountContains(mine.amount, amount)) return false;
    }
    return true;
  }

  equals(other: Resources): boolean {
    return this.contains(other) && other.contains(this);
  }

  filter(predicate: (kind: ResourceKind) => boolean): Resources {
    let dropped = false;
    const kept = new Map<string, Pile>();
    for (const [key, pile] of this.#piles) {
      if (predicate(pile.kind)) kept.set(key, pile);
      else dropped = true;
    }
    return dropped ? new Resources(kept) : this;
  }

  /** Every scalar by name, whatever it is reserved for. */
  get scalars(): Quantities {
    if (this.#scalars === null) {
      const scalars = new Map<string, number>();
      for (const { kind, amount } of this.#piles.values()) {
        if (amount.type === 'SCALAR') scalars.set(kind.name, (scalars.get(kind.name) ?? 0) + amount.milli);
      }
      this.#scalars = scalars;
    }
    return this.#scalars;
  }

  /** A scalar's sum over all reservations, in its unit; 0 when there is none. */
  scalar(name: string): number {
    return fromMilli(this.scalars.get(name) ?? 0);
  }

  /** How Mesos prints resources in its messages: `cpus:2; mem:512; ports:[31000-31002]`. */
  toString(): string {
    return [...this.#piles.values()]
      .map(({ kind, amount }) => {
        const roles = kind.reservations.map(({ role }) => role).join('/');
        return `${kind.name}${roles === '' ? '' : `(${roles})`}:${formatAmount(amount)}`;
      })
      .join('; ');
  }
}

/** The innermost role a resource is reserved for, or `*`. */
export function reservationRole(kind: ResourceKind): string {
  return kind.reservations.at(-1)?.role ?? '*';
}

/** True for what may be allocated to `role`: unreserved, or reserved for it or one of its ancestors. */
export function allocatableTo(role: string): (kind: ResourceKind) => boolean {
  return (kind) => {
    const reserved = reservationRole(kind);
    return reserved === '*' || reserved === role || role.startsWith(`${reserved}/`);
  };
}

function kindOf(resource: Resource): ResourceKind {
  const { name, disk, revocable, shared, provider_id } = resource;
  return {
    name,
    reservations: reservationsOf(resource),
    ...(disk !== undefined && Object.keys(disk).length > 0 ? { disk } : {}),
    ...(revocable === undefined ? {} : { revocable }),
    ...(shared === undefined ? {} : { shared }),
    ...(provider_id === undefined ? {} : { provider_id }),
  };
}

/** Both forms of the wire: the stack of refinements, or a role with at most one dynamic reservation. */
function reservationsOf({ role, reservation, reservations }: Resource): readonly Reservation[] {
  if (reservations !== undefined && reservations.length > 0) return reservations;
  if (role === undefined || role === '*') return [];
  if (reservation === undefined) return [{ type: 'STATIC', role }];
  const { principal, labels } = reservation;
  return [
    {
      type: 'DYNAMIC',
      role,
      ...(principal === undefined ? {} : { principal }),
      ...(labels === undefined ? {} : { labels }),
    },
  ];
}

function keyOf({ name, reservations, disk, revocable, shared, provider_id }: ResourceKind): string {
  if (
    reservations.length === 0 &&
    disk === undefined &&
    revocable === undefined &&
    provider_id === undefined
  ) {
    return name;
  }
  const stack = reservations.map(({ type, role, principal, labels }) => [type, role, principal, labels]);
  return JSON.stringify([
    name,
    stack,
    disk,
    revocable !== undefined,
    shared !== undefined,
    provider_id?.value,
  ]);
}

function addPile(piles: Map<string, Pile>, pile: Pile): void {
  const mine = piles.get(pile.key);
  piles.set(pile.key, mine === undefined ? pile : { ...mine, amount: addAmount(mine.amount, pile.amount) });
}
