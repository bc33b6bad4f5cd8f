import type { Attribute, DomainInfo, Offer } from '../../mesos/v1.ts';
import { type Constraint, javaPattern } from '../definition/index.ts';

/** Where an instance stands, as constraints see it. */
export interface Placement {
  readonly instanceId: string;
  readonly hostname: string;
  readonly region?: string;
  readonly zone?: string;
  readonly attributes: readonly Attribute[];
}

/**
 * Whether one more of `instances` instances may stand on the offer's agent. `placed`: the app's launched instances of
 * the current configuration, lost ones left out.
 */
export function satisfies(
  constraint: Constraint,
  offer: Offer,
  placed: readonly Placement[],
  instances: number,
): boolean {
  const { field, operator, value = '' } = constraint;
  const offered = fieldOf(placementOn(offer), field);
  if (offered === undefined) return operator === 'UNLIKE';
  const values = placed.map((one) => fieldOf(one, field));
  switch (operator) {
    case 'UNIQUE':
      return !values.includes(offered);
    case 'CLUSTER':
      return value === '' ? values.length === 0 || values[0] === offered : value === offered;
    case 'GROUP_BY':
      return evensOut(offered, values, { groups: Number.parseInt(value, 10), instances });
    case 'LIKE':
      return matches(value, offered);
    case 'UNLIKE':
      return !matches(value, offered);
    case 'MAX_PER':
      return values.filter((one) => one === offered).length < Number.parseInt(value, 10);
    case 'IS':
      return offered === (/^\d+(\.\d+)?$/.test(value) ? asNumber(Number(value)) : value);
    default:
      return unreachable(operator);
  }
}

/** The definition was checked when it came in, so the pattern is one. */
function matches(pattern: string, text: string): boolean {
  const compiled = javaPattern(pattern);
  return compiled.kind === 'pattern' && compiled.matches(text);
}

/** Text of `hostname`, `@hostname`, `@region`, `@zone`, or of an agent attribute; undefined when the agent has none. */
export function fieldOf(placement: Placement, field: string): string | undefined {
  switch (field) {
    case 'hostname':
    case '@hostname':
      return placement.hostname;
    case '@region':
      return placement.region;
    case '@zone':
      return placement.zone;
    default: {
      const attribute = placement.attributes.find(({ name }) => name === field);
      return attribute && textOf(attribute);
    }
  }
}

function placementOn(offer: Offer): Placement {
  const { hostname, attributes = [], domain } = offer;
  return { instanceId: '', hostname, attributes, ...faultDomainOf(domain) };
}

function faultDomainOf(domain: DomainInfo | undefined): { readonly region?: string; readonly zone?: string } {
  const found = domain?.fault_domain;
  return found === undefined ? {} : { region: found.region.name, zone: found.zone.name };
}

/**
 * Every value gets its share of the instances; what does not divide is spread one by one. Without a number of groups there
 * is no share to work out (Marathon 1.11 fails here), so the emptiest known group, or a new one, is taken.
 */
function evensOut(
  offered: string,
  values: readonly (string | undefined)[],
  { groups, instances }: { readonly groups: number; readonly instances: number },
): boolean {
  const counts = new Map<string | undefined, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const here = counts.get(offered);
  if (!(groups > 0)) return here === undefined || here <= Math.min(...counts.values());
  if (here === undefined) return counts.size < groups;
  const share = Math.floor(instances / groups);
  const overShare = [...counts.values()].reduce((sum, count) => sum + Math.max(0, count - share), 0);
  return here < share || (here === share && (instances % groups) - overShare > 0);
}

function textOf(attribute: Attribute): string {
  switch (attribute.type) {
    case 'SCALAR':
      return asNumber(attribute.scalar?.value ?? 0);
    case 'RANGES': {
      const ranges = (attribute.ranges?.range ?? []).toSorted((a, b) => a.begin - b.begin);
      return `[${ranges.map(({ begin, end }) => `${begin}-${end}`).join(',')}]`;
    }
    case 'TEXT':
      return attribute.text?.value ?? '';
    default:
      return unreachable(attribute.type);
  }
}

/** Up to three decimals, without zeros at the end. */
function asNumber(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function unreachable(value: never): never {
  throw new Error(`not handled: ${String(value)}`);
}
