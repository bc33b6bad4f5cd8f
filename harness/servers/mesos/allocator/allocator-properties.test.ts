import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Allocator } from './allocator.ts';
import { contains, type Quantities, quantitiesOf } from './quantities.ts';
import { Resources } from './resources.ts';
import { seeded } from './seeded.ts';
import { cluster, heap, traits } from './testing.ts';

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
