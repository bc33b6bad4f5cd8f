import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppDefinition, parseApp } from '../definition/index.ts';
import { ignite, launchNow, scaleNow } from './index.ts';

function app(instances: number, minimumHealthCapacity: number, maximumOverCapacity: number): AppDefinition {
  const body = {
    id: '/a',
    cmd: 'sleep 1',
    instances,
    upgradeStrategy: { minimumHealthCapacity, maximumOverCapacity },
  };
  const parsed = parseApp(body, { now: '2026-01-01T00:00:00.000Z' });
  if (parsed.kind === 'refused') throw new Error('refused');
  return parsed.value;
}

describe('a rolling restart', () => {
  it.each([
    { n: 3, min: 1, over: 1, killNow: 0, most: 6 },
    { n: 3, min: 1, over: 0, killNow: 0, most: 4 },
    { n: 3, min: 0.5, over: 0, killNow: 1, most: 3 },
    { n: 3, min: 0.34, over: 0.3, killNow: 1, most: 3 },
    { n: 4, min: 0.5, over: 0.5, killNow: 2, most: 6 },
    { n: 5, min: 0, over: 0, killNow: 5, most: 5 },
    { n: 1, min: 1, over: 0, killNow: 0, most: 2 },
    { n: 100, min: 0.07, over: 0, killNow: 93, most: 100 },
  ])(
    'of $n with minimum $min and over-capacity $over kills $killNow at once and has $most alive at most',
    (row) => {
      const state = { current: row.n, healthy: row.n };
      expect(ignite(app(row.n, row.min, row.over), state)).toEqual({
        killNow: row.killNow,
        maxCapacity: row.most,
      });
    },
  );

  it('to fewer instances kills the surplus at once', () => {
    expect(ignite(app(2, 1, 0), { current: 5, healthy: 0 })).toEqual({ killNow: 3, maxCapacity: 2 });
  });

  it('of tasks on their own disks makes room by killing one more', () => {
    const resident: AppDefinition = {
      ...app(3, 1, 0),
      container: {
        type: 'MESOS',
        volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 1 } }],
      },
    };
    expect(ignite(resident, { current: 3, healthy: 3 })).toEqual({ killNow: 1, maxCapacity: 3 });
  });

  it('never has more alive than allowed nor fewer healthy than asked, and always ends', () => {
    const fraction = fc.constantFrom(0, 0.1, 0.25, 0.34, 0.5, 0.75, 1);
    const setting = fc.record({
      old: fc.integer({ min: 0, max: 12 }),
      n: fc.integer({ min: 1, max: 12 }),
      min: fraction,
      over: fraction,
      choices: fc.array(fc.nat(), { minLength: 1 }),
    });
    fc.assert(
      fc.property(setting, ({ old, n, min, over, choices }) => {
        const restart = simulate(app(n, min, over), old, choices);
        const floor = Math.min(Math.ceil(n * min - 1e-9), old);
        expect(restart.most).toBeLessThanOrEqual(Math.max(restart.maxCapacity, old));
        expect(restart.leastHealthy).toBeGreaterThanOrEqual(floor);
        expect(restart.ended).toEqual({ oldAlive: 0, healthy: n });
      }),
      { numRuns: 500 },
    );
  });
});

/** Runs a restart in which kills and starts take effect one at a time, in an order that `choices` decide. */
function simulate(target: AppDefinition, old: number, choices: readonly number[]) {
  const limits = ignite(target, { current: old, healthy: old });
  let oldHealthy = old - limits.killNow;
  let dying = limits.killNow;
  let starting = 0;
  let healthy = 0;
  let most = old;
  let leastHealthy = oldHealthy;
  const launch = (): void => {
    starting += launchNow(target, limits, { started: starting + healthy, oldAlive: oldHealthy + dying });
  };
  launch();
  for (let turn = 0; dying > 0 || starting > 0; turn++) {
    const choice = choices[turn % choices.length] ?? 0;
    if (starting === 0 || (dying > 0 && choice % 2 === 0)) {
      dying -= 1;
    } else {
      starting -= 1;
      healthy += 1;
      if (oldHealthy > 0) {
        oldHealthy -= 1;
        dying += 1;
      }
    }
    launch();
    most = Math.max(most, oldHealthy + dying + starting + healthy);
    leastHealthy = Math.min(leastHealthy, oldHealthy + healthy);
  }
  return {
    most,
    leastHealthy,
    maxCapacity: limits.maxCapacity,
    ended: { oldAlive: oldHealthy + dying, healthy },
  };
}

describe('a scaling', () => {
  it('kills or launches, never both', () => {
    expect(scaleNow(app(3, 1, 1), 5)).toEqual({ kill: 2, launch: 0 });
    expect(scaleNow(app(3, 1, 1), 1)).toEqual({ kill: 0, launch: 2 });
    expect(scaleNow(app(3, 1, 1), 3)).toEqual({ kill: 0, launch: 0 });
  });
});
