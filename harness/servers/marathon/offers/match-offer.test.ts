import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Offer, Resource } from '../../mesos/v1.ts';
import { type AppDefinition, parseApp } from '../definition/index.ts';
import {
  countOffer,
  emptyTally,
  matchOffer,
  type OfferMatch,
  type OfferTally,
  remainderOf,
  renderTally,
} from './index.ts';

function app(members: object = {}): AppDefinition {
  const roles = () => ({ valid: ['*', 'dev'], fallback: '*' });
  const parsed = parseApp(
    { id: '/a', cmd: 'sleep 1', ...members },
    { now: '2026-01-01T00:00:00.000Z', roles },
  );
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.refusal));
  return parsed.value;
}

const scalar = (name: string, value: number, members: object = {}): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  ...members,
});
const ports = (...range: { begin: number; end: number }[]): Resource => ({
  name: 'ports',
  type: 'RANGES',
  ranges: { range },
});

function offer(members: Partial<Offer> = {}): Offer {
  return {
    id: { value: 'o' },
    framework_id: { value: 'f' },
    agent_id: { value: 'a' },
    hostname: 'h',
    resources: [
      scalar('cpus', 4),
      scalar('mem', 1024),
      scalar('disk', 1000),
      ports({ begin: 31_000, end: 31_009 }),
    ],
    allocation_info: { role: '*' },
    ...members,
  };
}

const match = (of: AppDefinition, on: Offer, random = (_bound: number) => 0): OfferMatch =>
  matchOffer(of, on, { placed: [], random, now: 1000 });

describe('an offer that does not fit', () => {
  const reserved = { reservations: [{ type: 'DYNAMIC' as const, role: '*' }] };
  it.each<[string, AppDefinition, Offer]>([
    ['UnfulfilledRole', app(), offer({ allocation_info: { role: 'dev' } })],
    ['UnfulfilledRole', app(), offer({ resources: [] })],
    [
      'UnfulfilledRole',
      app({ acceptedResourceRoles: ['dev'], role: 'dev' }),
      offer({ allocation_info: { role: 'dev' } }),
    ],
    ['UnfulfilledConstraint', app({ cpus: 99, constraints: [['hostname', 'CLUSTER', 'x']] }), offer()],
    ['AgentMaintenance', app({ cpus: 99 }), offer({ unavailability: { start: { nanoseconds: 1e9 } } })],
    ['InsufficientCpus', app({ cpus: 4.5, mem: 9999 }), offer()],
    ['InsufficientCpus', app(), offer({ resources: [scalar('cpus', 4, reserved), scalar('mem', 999)] })],
    [
      'InsufficientCpus',
      app(),
      offer({ resources: [scalar('cpus', 4, { reservation: {} }), scalar('mem', 999)] }),
    ],
    ['InsufficientMemory', app({ mem: 1025 }), offer()],
    ['InsufficientDisk', app({ disk: 1001 }), offer()],
    ['InsufficientGpus', app({ gpus: 1 }), offer()],
    ['InsufficientPorts', app({ ports: Array.from({ length: 11 }, () => 0) }), offer()],
    ['InsufficientPorts', app({ ports: [80], requirePorts: true }), offer()],
    ['DeclinedScarceResources', app(), offer({ resources: [...offer().resources, scalar('gpus', 1)] })],
  ])('is refused for its first reason: %s', (reason, of, on) => {
    expect(match(of, on)).toEqual({ kind: 'refused', reason });
  });

  it('fits again when the maintenance has not begun', () => {
    expect(match(app(), offer({ unavailability: { start: { nanoseconds: 2e9 } } })).kind).toBe('match');
  });
});

describe('an offer that fits', () => {
  it('gives what was asked for, reserved resources first', () => {
    const resources = [scalar('cpus', 1), scalar('cpus', 0.5, { role: 'dev' }), scalar('mem', 999)];
    const on = offer({ resources, allocation_info: { role: 'dev' } });
    const result = match(app({ role: 'dev', portDefinitions: [], mem: 32 }), on);
    expect(result).toEqual({
      kind: 'match',
      hostPorts: [],
      resources: [scalar('cpus', 0.5, { role: 'dev' }), scalar('cpus', 0.5), scalar('mem', 32)],
    });
  });

  it('gives any ports unless the very ports are required', () => {
    const any = match(app({ ports: [80, 81] }), offer(), () => 3);
    expect(any).toMatchObject({ hostPorts: [31_003, 31_004] });
    const required = match(app({ ports: [31_007, 31_005], requirePorts: true }), offer());
    expect(required).toMatchObject({ hostPorts: [31_007, 31_005] });
  });

  it('gives a port of another agent of the same host only when it is asked for, or no other is left', () => {
    const neighbourPorts = new Set([31_000, 31_001, 31_003]);
    const given = (members: object): OfferMatch =>
      matchOffer(app(members), offer(), { placed: [], random: () => 0, now: 1000, neighbourPorts });
    expect(given({ ports: [0, 0] })).toMatchObject({ hostPorts: [31_002, 31_004] });
    expect(given({ ports: [31_001], requirePorts: true })).toMatchObject({ hostPorts: [31_001] });
    const all = given({ ports: Array.from({ length: 10 }, () => 0) });
    expect(all.kind === 'match' && all.hostPorts).toHaveLength(10);
  });

  it('gives mappings the port they name, any port for 0, and none where they want none', () => {
    const portMappings = [
      { containerPort: 80, hostPort: 0 },
      { containerPort: 81, hostPort: 31_000 },
      { containerPort: 82 },
    ];
    const container = { docker: { image: 'i' }, portMappings };
    const result = match(app({ container, networks: [{ mode: 'container', name: 'n' }] }), offer());
    expect(result).toMatchObject({ hostPorts: [31_001, 31_000, null] });
  });

  it('never gives away more than it has, nor one port twice, whatever is asked of it in a row', () => {
    const wish = fc.record({
      cpus: fc.integer({ min: 1, max: 2000 }).map((milli) => milli / 1000),
      mem: fc.integer({ min: 1, max: 300 }),
      ports: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(
        fc.array(wish, { maxLength: 8 }),
        fc.array(fc.nat(), { minLength: 1 }),
        (wishes, choices) => {
          let left = offer({
            resources: [
              scalar('cpus', 2),
              scalar('cpus', 0.5, { role: 'dev' }),
              scalar('cpus', 0.5, { role: 'dev' }),
              scalar('mem', 512),
              ports({ begin: 31_000, end: 31_003 }, { begin: 31_008, end: 31_009 }),
            ],
            allocation_info: { role: 'dev' },
          });
          const given: number[] = [];
          let [cpus, mem, turn] = [0, 0, 0];
          for (const one of wishes) {
            const asking = app({ ...one, role: 'dev', ports: Array.from({ length: one.ports }, () => 0) });
            const result = match(asking, left, (bound) => (choices[turn++ % choices.length] ?? 0) % bound);
            if (result.kind === 'refused') continue;
            given.push(...result.hostPorts.filter((port) => port !== null));
            cpus += one.cpus;
            mem += one.mem;
            left = remainderOf(left, result.resources);
          }
          expect(cpus).toBeLessThanOrEqual(3.0000001);
          expect(mem).toBeLessThanOrEqual(512);
          expect(new Set(given).size).toBe(given.length);
          expect(given.every((port) => port <= 31_003 || (port >= 31_008 && port <= 31_009))).toBe(true);
        },
      ),
    );
  });
});

describe('what is left of an offer', () => {
  it('is short of what was taken, over all resources of one kind', () => {
    const cpus = { resources: [scalar('cpus', 0.5), scalar('cpus', 0.5), scalar('mem', 1)] };
    const left = remainderOf(offer(cpus), [scalar('cpus', 0.5), scalar('cpus', 0.3)]);
    expect(left.resources).toEqual([scalar('cpus', 0.2), scalar('mem', 1)]);
    const holes = remainderOf(offer({ resources: [ports({ begin: 1, end: 9 })] }), [
      ports({ begin: 1, end: 2 }, { begin: 5, end: 5 }),
    ]);
    expect(holes.resources).toEqual([ports({ begin: 3, end: 4 }, { begin: 6, end: 9 })]);
  });
});

describe('the tally of offers', () => {
  it('counts an offer for its first reason, and how many got as far as each', () => {
    const refused = (reason: 'InsufficientCpus' | 'InsufficientPorts'): OfferMatch => ({
      kind: 'refused',
      reason,
    });
    const events: readonly (readonly [string, OfferMatch])[] = [
      ['a', refused('InsufficientCpus')],
      ['a', refused('InsufficientPorts')],
      ['b', refused('InsufficientCpus')],
      ['c', { kind: 'match', hostPorts: [], resources: [] }],
    ];
    const tally = events.reduce<OfferTally>(
      (sum, [agent, result], index) => countOffer(sum, agent, result, `2026-01-01T00:00:0${index}.000Z`),
      emptyTally,
    );
    const summary = renderTally(tally);
    expect(summary).toMatchObject({
      processedOffersCount: 4,
      unusedOffersCount: 3,
      lastUnusedOfferAt: '2026-01-01T00:00:02.000Z',
      lastUsedOfferAt: '2026-01-01T00:00:03.000Z',
    });
    const steps = (name: string) =>
      (summary[name] as { reason: string; declined: number; processed: number }[])
        .filter(({ reason }) =>
          ['InsufficientCpus', 'InsufficientPorts', 'DeclinedScarceResources'].includes(reason),
        )
        .map(({ declined, processed }) => [declined, processed]);
    expect(steps('rejectSummaryLaunchAttempt')).toEqual([
      [2, 4],
      [1, 2],
      [0, 1],
    ]);
    expect(steps('rejectSummaryLastOffers')).toEqual([
      [1, 2],
      [1, 1],
      [0, 0],
    ]);
    expect(summary.rejectSummaryLastOffers).toHaveLength(10);
  });
});
