import type { Config, ServiceConfig } from '../config/index.ts';
import { neighboursOf } from '../model/index.ts';
import type { Fault } from './fault.ts';

export interface Drill {
  readonly fault: Fault;
  readonly service: ServiceConfig;
}

/** Which fault goes into which service: each into one that can have it, in turn, so that many services are drilled. Pure. */
export function chooseDrills(
  config: Config,
  faults: readonly Fault[],
  { only, sample }: { readonly only: readonly string[]; readonly sample: number | null },
): readonly Drill[] {
  const used = new Map<string, number>();
  const callers = (name: string): number =>
    config.services.filter((service) => neighboursOf(service).includes(name)).length;
  const drills = faults.flatMap((fault): readonly Drill[] => {
    const wished = only.filter((name) => name.split(':')[0] === fault.name);
    if (only.length > 0 && wished.length === 0) return [];
    const able = config.services.filter((service) => fault.variables(service) !== null);
    const named = wished.flatMap((wish) => able.filter(({ name }) => name === wish.split(':')[1]));
    if (named.length > 0) return named.map((service) => ({ fault, service }));
    const [service] = able.toSorted(
      (a, b) => (used.get(a.name) ?? 0) - (used.get(b.name) ?? 0) || callers(b.name) - callers(a.name),
    );
    if (service === undefined) return [];
    used.set(service.name, (used.get(service.name) ?? 0) + 1);
    return [{ fault, service }];
  });
  if (sample === null || sample >= drills.length) return drills;
  // Spread over the list, which begins with the faults of rollouts and ends with those of business.
  return Array.from(
    { length: sample },
    (_, index) => drills[Math.floor((index * drills.length) / sample)],
  ).flatMap((drill) => drill ?? []);
}
