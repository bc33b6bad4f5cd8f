import { describe, expect, it } from 'vitest';
import type { Attribute, Offer } from '../../mesos/v1.ts';
import type { Constraint, ConstraintOperator } from '../definition/index.ts';
import { type Placement, satisfies } from './index.ts';

const rackOf = (value: string): Attribute[] => [{ name: 'rack', type: 'TEXT', text: { value } }];
const placed = (...racks: string[]): Placement[] =>
  racks.map((rack, index) => ({ instanceId: String(index), hostname: `h${rack}`, attributes: rackOf(rack) }));

function offerOf(attributes: readonly Attribute[], hostname = 'h'): Offer {
  return {
    id: { value: 'o' },
    framework_id: { value: 'f' },
    agent_id: { value: 'a' },
    hostname,
    attributes,
    resources: [],
    domain: { fault_domain: { region: { name: 'eu' }, zone: { name: 'z1' } } },
  };
}

function constraint(operator: ConstraintOperator, value?: string, field = 'rack'): Constraint {
  return value === undefined ? { field, operator } : { field, operator, value };
}

describe('a constraint', () => {
  const cases: readonly (readonly [Constraint, string, Placement[], boolean])[] = [
    [constraint('UNIQUE'), 'a', placed('b'), true],
    [constraint('UNIQUE'), 'a', placed('b', 'a'), false],
    [constraint('CLUSTER'), 'a', [], true],
    [constraint('CLUSTER'), 'a', placed('b'), false],
    [constraint('CLUSTER'), 'b', placed('b'), true],
    [constraint('CLUSTER', 'b'), 'a', [], false],
    [constraint('LIKE', 'a|b'), 'a', [], true],
    [constraint('LIKE', 'a'), 'ab', [], false],
    [constraint('LIKE', '(?i)A.'), 'ab', [], true],
    [constraint('UNLIKE', 'a'), 'ab', [], true],
    [constraint('UNLIKE', 'a.'), 'ab', [], false],
    [constraint('MAX_PER', '2'), 'a', placed('a'), true],
    [constraint('MAX_PER', '2'), 'a', placed('a', 'a'), false],
    [constraint('IS', 'a'), 'a', [], true],
    [constraint('IS', 'a'), 'b', [], false],
    // Six instances over two racks: three each, and no third rack.
    [constraint('GROUP_BY', '2'), 'a', placed('a', 'a'), true],
    [constraint('GROUP_BY', '2'), 'a', placed('a', 'a', 'a'), false],
    [constraint('GROUP_BY', '2'), 'c', placed('a', 'b'), false],
    // Six over four: one each and two left over.
    [constraint('GROUP_BY', '4'), 'a', placed('a'), true],
    [constraint('GROUP_BY', '4'), 'a', placed('a', 'b', 'b', 'c', 'c'), false],
    [constraint('GROUP_BY'), 'a', placed('a', 'b'), true],
    [constraint('GROUP_BY'), 'a', placed('a', 'a', 'b'), false],
  ];
  it.each(cases)('%j on rack %s beside %j: %s', (rule, rack, others, expected) => {
    expect(satisfies(rule, offerOf(rackOf(rack)), others, 6)).toBe(expected);
  });

  it.each(['UNIQUE', 'CLUSTER', 'GROUP_BY', 'LIKE', 'MAX_PER', 'IS'] as const)(
    'on an attribute that the agent lacks refuses the offer: %s',
    (operator) => expect(satisfies(constraint(operator, '1', 'nope'), offerOf([]), [], 1)).toBe(false),
  );

  it('of UNLIKE on an attribute that the agent lacks takes the offer', () => {
    expect(satisfies(constraint('UNLIKE', '1', 'nope'), offerOf([]), [], 1)).toBe(true);
  });

  it.each([
    ['hostname', 'h'],
    ['@hostname', 'h'],
    ['@region', 'eu'],
    ['@zone', 'z1'],
  ])('knows the field %s', (field, value) => {
    expect(satisfies(constraint('IS', value, field), offerOf([]), [], 1)).toBe(true);
  });

  it('compares numbers as numbers', () => {
    const speed = offerOf([{ name: 'speed', type: 'SCALAR', scalar: { value: 2.5 } }]);
    expect(satisfies(constraint('IS', '2.500', 'speed'), speed, [], 1)).toBe(true);
    expect(satisfies(constraint('LIKE', '2\\.5', 'speed'), speed, [], 1)).toBe(true);
  });
});
