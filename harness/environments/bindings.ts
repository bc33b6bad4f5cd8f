import type { ServiceConfig } from '../config/index.ts';

/** Where a service finds what it needs, in one environment. */
export interface Addresses {
  /** Url of the service's own database there; null when it has none. */
  readonly database: string | null;
  /** Service → stable address. */
  readonly neighbours: Readonly<Record<string, string>>;
  /** Outside system → address. */
  readonly externals: Readonly<Record<string, string>>;
}

/** The variables a service asked for, with their values. @throws when an address it asked for is not given. */
export function bind(service: ServiceConfig, addresses: Addresses): Readonly<Record<string, string>> {
  const database =
    service.database === null
      ? []
      : [[service.database, given(addresses.database, `database of ${service.name}`)]];
  const neighbours = Object.entries(service.neighbours).map(([variable, neighbour]) => [
    variable,
    given(addresses.neighbours[neighbour], neighbour),
  ]);
  const externals = Object.entries(service.externals).map(([variable, external]) => [
    variable,
    given(addresses.externals[external], external),
  ]);
  return Object.fromEntries([...database, ...neighbours, ...externals]);
}

function given(address: string | null | undefined, what: string): string {
  if (address === null || address === undefined) throw new Error(`No address was given for ${what}.`);
  return address;
}
