import { describe, expect, it } from 'vitest';
import type { Allocator } from './allocator.ts';
import { quantitiesOf } from './quantities.ts';
import { Resources } from './resources.ts';
import { cluster, heap, traits } from './testing.ts';

/** Keeps only tasks of one size of every offer and gives the rest back, until nothing more fits. */
function fill(
  allocator: Allocator,
  demands: ReadonlyMap<string, Resources>,
  one = true,
): Map<string, number> {
  const launched = new Map([...demands.keys()].map((id): [string, number] => [id, 0]));
  for (let round = 0, progress = true; progress && round < 10_000; round++) {
    progress = false;
    for (const { frameworkId, role, agentId, resources } of allocator.allocate(round * 1000)) {
      const demand = demands.get(frameworkId) ?? Resources.none;
      let rest = resources;
      for (let count = 0; rest.contains(demand) && (!one || count === 0); count++) {
        rest = rest.minus(demand);
        launched.set(frameworkId, (launched.get(frameworkId) ?? 0) + 1);
        progress = true;
      }
      allocator.release(frameworkId, role, agentId, rest);
      if (rest.equals(resources))
        allocator.refuse(frameworkId, role, agentId, rest, Number.POSITIVE_INFINITY);
    }
  }
  return launched;
}

describe('fairness', () => {
  it("gives the DRF paper's users three and two tasks, both two thirds of what dominates them", () => {
    const allocator = cluster(1, 'cpus:9;mem:18432');
    allocator.addFramework('A', traits('a'), true);
    allocator.addFramework('B', traits('b'), true);
    const launched = fill(
      allocator,
      new Map([
        ['A', heap('cpus:1;mem:4096')],
        ['B', heap('cpus:3;mem:1024')],
      ]),
    );
    expect([...launched]).toEqual([
      ['A', 3],
      ['B', 2],
    ]);
  });

  it('gives greedy roles with weights 1:2 shares within five percent of 1:2', () => {
    const allocator = cluster(90, 'cpus:4;mem:4096;ports:[31000-32000]');
    allocator.setWeight('heavy', 2);
    allocator.addFramework('light', traits('light'), true);
    allocator.addFramework('heavy', traits('heavy'), true);
    const demand = heap('cpus:0.5;mem:256');
    const launched = fill(
      allocator,
      new Map([
        ['light', demand],
        ['heavy', demand],
      ]),
      false,
    );
    const [light = 0, heavy = 0] = [launched.get('light'), launched.get('heavy')];
    expect(light + heavy).toBe(90 * 8);
    expect(Math.abs(heavy / (light + heavy) - 2 / 3)).toBeLessThan(0.05 * (2 / 3));
  });

  it('lets the roles of a tree share what their parent gets', () => {
    const allocator = cluster(60, 'cpus:1;mem:1024');
    const demands = new Map<string, Resources>();
    for (const role of ['dev', 'prod/web', 'prod/jobs']) {
      allocator.addFramework(role, traits(role), true);
      demands.set(role, heap('cpus:1;mem:1024'));
    }
    const launched = fill(allocator, demands);
    expect(launched).toEqual(
      new Map([
        ['dev', 30],
        ['prod/web', 15],
        ['prod/jobs', 15],
      ]),
    );
  });

  it('treats the frameworks of a role with children as one of those children', () => {
    const allocator = cluster(40, 'cpus:1;mem:1024');
    const demand = heap('cpus:1;mem:1024');
    allocator.addFramework('own-1', traits('prod'), true);
    allocator.addFramework('own-2', traits('prod'), true);
    allocator.addFramework('child', traits('prod/web'), true);
    const launched = fill(allocator, new Map(['own-1', 'own-2', 'child'].map((id) => [id, demand])));
    expect(launched).toEqual(
      new Map([
        ['own-1', 10],
        ['own-2', 10],
        ['child', 20],
      ]),
    );
  });

  it('does not count ports', () => {
    const allocator = cluster(2, 'cpus:1;mem:1024;ports:[1-100]');
    allocator.addFramework('A', traits('a'), true);
    allocator.charge('A', 'a', 'agent-0', heap('ports:[1-90]'));
    expect([...allocator.tree.inOrder()].map(({ name }) => name)).toEqual(['a']);
    expect(allocator.tree.get('a')?.allocated.size).toBe(0);
  });
});

describe('quota', () => {
  it('cuts offers down to the limit and gives nothing beyond it', () => {
    const allocator = cluster(3, 'cpus:4;mem:4096');
    allocator.addFramework('A', traits('dev/web'), true);
    allocator.setQuota('dev', { guarantees: new Map(), limits: quantitiesOf({ cpus: 5 }) });
    const allocations = allocator.allocate(0);
    const cpus = allocations.map(({ resources }) => resources.scalar('cpus')).sort();
    expect(cpus).toEqual([0, 1, 4]);
    expect(allocator.consumed('dev').get('cpus')).toBe(5000);
  });

  it('holds back from others what a guarantee still needs', () => {
    const allocator = cluster(4, 'cpus:4;mem:4096');
    allocator.setQuota('prod', { guarantees: quantitiesOf({ cpus: 10 }), limits: new Map() });
    allocator.addFramework('dev', traits('dev'), true);
    const given = allocator.allocate(0).reduce((sum, { resources }) => sum + resources.scalar('cpus'), 0);
    expect(given).toBe(6);
    allocator.addFramework('prod', traits('prod'), true);
    const rest = allocator.allocate(1000);
    expect(new Set(rest.map(({ frameworkId }) => frameworkId))).toEqual(new Set(['prod']));
    expect(rest.reduce((sum, { resources }) => sum + resources.scalar('cpus'), 0)).toBe(10);
  });

  it('serves a guarantee before fairness', () => {
    const allocator = cluster(2, 'cpus:4;mem:4096');
    allocator.addFramework('dev', traits('dev'), true);
    allocator.addFramework('prod', traits('prod'), true);
    allocator.charge('prod', 'prod', 'agent-0', heap('cpus:4;mem:4096'));
    allocator.setQuota('prod', { guarantees: quantitiesOf({ cpus: 8 }), limits: new Map() });
    expect(allocator.allocate(0).map(({ frameworkId }) => frameworkId)).toEqual(['prod']);
  });
});

describe('reservations', () => {
  it('go to their role and the roles below it only', () => {
    const allocator = cluster(1, 'cpus(prod):2;mem(prod):100;cpus:2;mem:100');
    allocator.addFramework('dev', traits('dev'), true);
    expect(allocator.allocate(0)[0]?.resources.scalar('cpus')).toBe(2);
    allocator.addFramework('web', traits('prod/web'), true);
    const [web] = allocator.allocate(0);
    expect([web?.frameworkId, web?.resources.scalar('cpus')]).toEqual(['web', 2]);
  });
});
