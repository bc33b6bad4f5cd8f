import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../v1.ts';
import { parseResources, ResourceTextError, toFlat, toWire } from './resource-format.ts';
import { Resources } from './resources.ts';

const range = fc.tuple(fc.nat(60), fc.nat(10)).map(([begin, length]) => ({ begin, end: begin + length }));
const resource: fc.Arbitrary<Resource> = fc.oneof(
  fc.record({
    name: fc.constantFrom('cpus', 'mem'),
    type: fc.constant('SCALAR' as const),
    role: fc.constantFrom('*', 'prod'),
    scalar: fc.record({ value: fc.integer({ min: 1, max: 5000 }).map((milli) => milli / 1000) }),
  }),
  fc.record({
    name: fc.constant('ports'),
    type: fc.constant('RANGES' as const),
    ranges: fc.record({ range: fc.array(range, { maxLength: 5 }) }),
  }),
  fc.record({
    name: fc.constant('disks'),
    type: fc.constant('SET' as const),
    set: fc.record({ item: fc.array(fc.constantFrom('a', 'b', 'c')) }),
  }),
);
const heap = fc.array(resource, { maxLength: 6 }).map((list) => Resources.from(list));

describe('Resources', () => {
  it('contain both parts of a sum', () => {
    fc.assert(
      fc.property(heap, heap, (a, b) => {
        const sum = a.plus(b);
        expect(sum.contains(a) && sum.contains(b)).toBe(true);
        expect(sum.equals(b.plus(a))).toBe(true);
        expect(sum.equals(Resources.sum([a, b]))).toBe(true);
      }),
    );
  });

  it('leave what makes the whole again when a part is taken', () => {
    fc.assert(
      fc.property(heap, heap, (a, b) => {
        const whole = a.plus(b);
        const rest = whole.minus(a);
        expect(rest.plus(a).equals(whole)).toBe(true);
        expect(whole.minus(whole).isEmpty).toBe(true);
      }),
    );
  });

  it('keep three decimals exactly, however many small amounts are added', () => {
    let sum = Resources.none;
    for (let count = 0; count < 1000; count++) sum = sum.plus(Resources.from(parseResources('cpus:0.001')));
    expect(sum.scalar('cpus')).toBe(1);
    expect(sum.equals(Resources.from(parseResources('cpus:1')))).toBe(true);
  });

  it('do not mix reserved and unreserved amounts', () => {
    const reserved = Resources.from(parseResources('cpus(prod):4'));
    expect(reserved.contains(Resources.from(parseResources('cpus:1')))).toBe(false);
  });

  it('survive being written and read in every form', () => {
    fc.assert(
      fc.property(heap, (resources) => {
        for (const form of ['role', 'refined', 'endpoint'] as const) {
          expect(Resources.from(toWire(resources, form)).equals(resources)).toBe(true);
        }
      }),
    );
  });
});

describe('parseResources', () => {
  it('reads scalars, ranges, sets and roles', () => {
    const resources = Resources.from(
      parseResources('cpus:4; mem(prod):1024;ports:[31000-31002, 31007-31007];zones:{a,b}'),
    );
    expect(toFlat(resources)).toEqual({
      cpus: 4,
      gpus: 0,
      mem: 1024,
      disk: 0,
      ports: '[31000-31002, 31007-31007]',
      zones: '{a, b}',
    });
  });

  it.each(['cpus', 'cpus:', 'cpus:x', 'ports:[1]', 'cpus(:4', ':4'])('refuses %s', (text) => {
    expect(() => parseResources(text)).toThrow(ResourceTextError);
  });
});
