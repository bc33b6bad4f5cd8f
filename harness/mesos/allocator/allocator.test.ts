import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Allocator } from './allocator.ts';
import { contains, type Quantities, quantitiesOf } from './quantities.ts';
import { parseResources } from './resource-format.ts';
import { Resources } from './resources.ts';
import { seeded } from './seeded.ts';

const heap = (text: string): Resources => Resources.from(parseResources(text));
const traits = (...roles: readonly string[]) => ({
  roles: new Set(roles),
  suppressed: new Set<string>(),
  capabilities: new Set<string>(),
});

function cluster(agents: number, resources: string): Allocator {
  const allocator = new Allocator({ random: seeded(7) });
  for (let index = 0; index < agents; index++) allocator.addAgent(`agent-${index}`, heap(resources));
  return allocator;
}

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

type Step =
  | { readonly kind: 'allocate' }
  | { readonly kind: 'use' | 'refuse'; readonly pick: number; readonly cpus: number }
  | {
      readonly kind: 'end' | 'lose-agent' | 'add-agent' | 'quota' | 'suppress' | 'revive';
      readonly pick: number;
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('allocate' as const) }),
  fc.record({
    kind: fc.constantFrom('use' as const, 'refuse' as const),
    pick: fc.nat(100),
    cpus: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({
    kind: fc.constantFrom(
      'end' as const,
      'lose-agent' as const,
      'add-agent' as const,
      'quota' as const,
      'suppress' as const,
      'revive' as const,
    ),
    pick: fc.nat(100),
  }),
);

describe('whatever happens', () => {
  it('no resource is given twice, no quota is exceeded, and the books stay exact', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), fc.nat(), (steps, seed) => {
        const world = new World(seed);
        for (const entry of steps) world.apply(entry);
        world.endEverything();
      }),
      { numRuns: 400 },
    );
  });

  it('nobody starves: a framework that wants resources gets some within a few cycles after they are freed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 5 }), (frameworks, agents) => {
        const allocator = cluster(agents, 'cpus:2;mem:2048');
        const served = new Set<string>();
        for (let index = 0; index < frameworks; index++) {
          allocator.addFramework(`f${index}`, traits(index % 2 === 0 ? 'a' : `b/${index}`), true);
        }
        for (let cycle = 0; cycle < frameworks * 2; cycle++) {
          for (const { frameworkId, role, agentId, resources } of allocator.allocate(cycle * 1000)) {
            served.add(frameworkId);
            allocator.release(frameworkId, role, agentId, resources);
          }
        }
        expect(served.size).toBe(frameworks);
      }),
      { numRuns: 50 },
    );
  });
});

interface Held {
  readonly frameworkId: string;
  readonly role: string;
  readonly agentId: string;
  readonly resources: Resources;
}

/** An allocator under test with a second set of books beside it. */
class World {
  readonly #allocator: Allocator;
  readonly #roles = ['dev', 'prod/web', 'prod/jobs', 'test'];
  readonly #limits = new Map<string, Quantities>();
  readonly #exempt = new Set<string>();
  #held: Held[] = [];
  #agents = 3;
  #now = 0;

  constructor(seed: number) {
    this.#allocator = new Allocator({ random: seeded(seed) });
    for (let index = 0; index < this.#agents; index++) this.#allocator.addAgent(`a${index}`, total);
    for (const role of this.#roles) {
      this.#allocator.addFramework(`1-${role}`, traits(role), true);
      this.#allocator.addFramework(`2-${role}`, traits(role), true);
    }
  }

  apply(entry: Step): void {
    const allocator = this.#allocator;
    this.#now += 1000;
    switch (entry.kind) {
      case 'allocate':
        this.#held.push(...allocator.allocate(this.#now));
        break;
      case 'use':
      case 'refuse': {
        const held = this.#take(entry.pick);
        if (held === undefined) break;
        const keep = entry.kind === 'use' ? heap(`cpus:${entry.cpus / 2}`) : Resources.none;
        const rest = held.resources.contains(keep) ? held.resources.minus(keep) : held.resources;
        allocator.release(held.frameworkId, held.role, held.agentId, rest);
        allocator.refuse(held.frameworkId, held.role, held.agentId, rest, this.#now + 3000);
        const kept = held.resources.minus(rest);
        if (!kept.isEmpty) this.#held.push({ ...held, resources: kept });
        break;
      }
      case 'end': {
        const held = this.#take(entry.pick);
        if (held !== undefined) allocator.release(held.frameworkId, held.role, held.agentId, held.resources);
        break;
      }
      case 'lose-agent': {
        const [id] = [...allocator.agents.keys()].slice(entry.pick % Math.max(1, allocator.agents.size));
        if (id === undefined) break;
        allocator.removeAgent(id);
        this.#held = this.#held.filter(({ agentId }) => agentId !== id);
        break;
      }
      case 'add-agent':
        allocator.addAgent(`a${this.#agents++}`, total);
        break;
      case 'quota': {
        const role = entry.pick % 2 === 0 ? 'dev' : 'prod';
        const limits = quantitiesOf({ cpus: 1 + (entry.pick % 30) });
        this.#limits.set(role, limits);
        // What was given before the limit came is not taken back here.
        if (!contains(limits, onlyCpus(allocator.consumed(role)))) this.#exempt.add(role);
        else this.#exempt.delete(role);
        allocator.setQuota(role, { guarantees: quantitiesOf({ cpus: 1 }), limits });
        break;
      }
      case 'suppress':
      case 'revive': {
        const role = this.#roles[entry.pick % this.#roles.length] ?? 'dev';
        allocator[entry.kind](`1-${role}`, new Set([role]));
        break;
      }
    }
    this.#check();
  }

  endEverything(): void {
    for (const { frameworkId, role, agentId, resources } of this.#held) {
      this.#allocator.release(frameworkId, role, agentId, resources);
    }
    for (const agent of this.#allocator.agents.values()) expect(agent.free.equals(agent.total)).toBe(true);
    for (const node of this.#allocator.tree.roles) {
      expect([node.name, node.allocated.size, node.unreserved.size]).toEqual([node.name, 0, 0]);
    }
  }

  #take(pick: number): Held | undefined {
    return this.#held.splice(pick % Math.max(1, this.#held.length), 1)[0];
  }

  #check(): void {
    for (const agent of this.#allocator.agents.values()) {
      const given = this.#held
        .filter(({ agentId }) => agentId === agent.id)
        .map(({ resources }) => resources);
      const sum = given.reduce((all, resources) => all.plus(resources), Resources.none);
      // Ranges given twice would vanish in the sum, so they are checked against each other too.
      for (const [index, resources] of given.entries()) {
        const others = given.slice(index + 1).reduce((all, other) => all.plus(other), Resources.none);
        const ports = resources.filter(({ name }) => name === 'ports');
        expect(ports.minus(others).equals(ports)).toBe(true);
      }
      expect(sum.plus(agent.free).equals(agent.total)).toBe(true);
    }
    for (const [role, limits] of this.#limits) {
      if (this.#exempt.has(role)) continue;
      expect(contains(limits, onlyCpus(this.#allocator.consumed(role)))).toBe(true);
    }
  }
}

const total = heap('cpus:8;mem:8192;ports:[31000-31099];cpus(test):1');

function onlyCpus(quantities: Quantities): Quantities {
  return new Map([['cpus', quantities.get('cpus') ?? 0]]);
}
