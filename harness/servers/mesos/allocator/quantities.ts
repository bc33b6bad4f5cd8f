/**
 * Amounts of scalar resources by name, in thousandths (Mesos compares scalars with three decimals), so that sums of
 * many small amounts stay exact. No entry is zero or negative.
 */
export type Quantities = ReadonlyMap<string, number>;

/** Adds in place; used where an account is kept up to date incrementally. */
export function addTo(account: Map<string, number>, amount: Quantities): void {
  for (const [name, milli] of amount) account.set(name, (account.get(name) ?? 0) + milli);
}

/** Subtracts in place; what would fall to zero or below is removed. */
export function subtractFrom(account: Map<string, number>, amount: Quantities): void {
  for (const [name, milli] of amount) {
    const left = (account.get(name) ?? 0) - milli;
    if (left > 0) account.set(name, left);
    else account.delete(name);
  }
}

export function plus(a: Quantities, b: Quantities): Quantities {
  const sum = new Map(a);
  addTo(sum, b);
  return sum;
}

/** What remains of `a`, never below zero. */
export function minus(a: Quantities, b: Quantities): Quantities {
  const rest = new Map(a);
  subtractFrom(rest, b);
  return rest;
}

export function contains(a: Quantities, b: Quantities): boolean {
  for (const [name, milli] of b) if ((a.get(name) ?? 0) < milli) return false;
  return true;
}

export const toMilli = (value: number): number => Math.round(value * 1000);
export const fromMilli = (milli: number): number => milli / 1000;

/** `{ cpus: 0.5 }` as quantities. */
export function quantitiesOf(values: Readonly<Record<string, number>>): Quantities {
  const quantities = new Map<string, number>();
  for (const [name, value] of Object.entries(values))
    if (toMilli(value) > 0) quantities.set(name, toMilli(value));
  return quantities;
}
