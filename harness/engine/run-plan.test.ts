import { expect, test } from 'vitest';
import { type Clock, systemClock, VirtualClock } from '../plumbing/clock.ts';
import { type FinishedPlan, runPlan, type Step, type StepEnd, type StepKind } from './index.ts';

/** A step of the one kind `work`, in the test's own words. */
interface Work extends Step {
  readonly kind: string;
}

const step = (id: string, about: Partial<Work> = {}): Work => ({
  kind: 'work',
  id,
  title: id,
  phase: 'all',
  needs: [],
  ...about,
});

/** Runs a plan of steps whose kinds the test gives; `log` has what began and ended, in order. */
class Workshop {
  readonly log: string[] = [];
  readonly interruption = new AbortController();
  readonly #kinds = new Map<string, StepKind<Step, ReadonlySet<string>, AbortSignal>>();
  /** Ids that an earlier run has done. */
  readonly done = new Set<string>();
  fresh = false;
  clock: Clock = systemClock;
  durations: Readonly<Record<string, number>> = {};

  kind(
    name: string,
    run: (step: Step, signal: AbortSignal) => Promise<StepEnd> | StepEnd,
    about: Partial<StepKind<Step, ReadonlySet<string>, AbortSignal>> = {},
  ): this {
    this.#kinds.set(name, {
      kind: name,
      inputs: ({ id }) => ({ id }),
      reusable: ({ id }, _, done) =>
        done.has(id) ? { outcome: 'pass', reused: { runId: 'earlier', at: '' } } : null,
      run: async (steps, signal) => Promise.all(steps.map((one) => run(one, signal))),
      ...about,
    });
    return this;
  }

  run(...steps: readonly Step[]): Promise<FinishedPlan> {
    return runPlan(steps, {
      kinds: this.#kinds,
      known: () => this.done,
      context: (signal) => signal,
      listener: {
        stepStarted: ({ id }) => this.log.push(`begin ${id}`),
        stepEnded: ({ step: { id }, end }) => this.log.push(`${end.outcome} ${id}`),
      },
      clock: this.clock,
      signal: this.interruption.signal,
      fresh: this.fresh,
      durationOf: (id) => this.durations[id] ?? 0,
    });
  }
}

const passes = (): StepEnd => ({ outcome: 'pass' });
const outcomes = ({ runs }: FinishedPlan): Record<string, string> =>
  Object.fromEntries(runs.map(({ step: { id }, end }) => [id, end.outcome]));

test('a step begins once all that it needs has ended, however that ended', async () => {
  const workshop = new Workshop().kind('work', ({ id }) => ({ outcome: id === 'b' ? 'fail' : 'pass' }));
  await workshop.run(step('c', { needs: ['a', 'b'] }), step('a'), step('b'));
  expect(workshop.log.indexOf('begin c')).toBeGreaterThan(workshop.log.indexOf('pass a'));
  expect(workshop.log.indexOf('begin c')).toBeGreaterThan(workshop.log.indexOf('fail b'));
});

test('no more steps of a kind work at once than its width', async () => {
  let working = 0;
  let most = 0;
  const workshop = new Workshop().kind(
    'work',
    async () => {
      most = Math.max(most, ++working);
      await new Promise((resolve) => setImmediate(resolve));
      working--;
      return passes();
    },
    { width: 2 },
  );
  await workshop.run(...['a', 'b', 'c', 'd', 'e'].map((id) => step(id)));
  expect(most).toBe(2);
});

test('of the ready steps those are begun first that have most to come, by how long they took before', async () => {
  const workshop = new Workshop().kind('work', passes, { width: 1 });
  workshop.durations = { short: 1, long: 5, first: 2, behind: 9 };
  await workshop.run(step('short'), step('long'), step('first'), step('behind', { needs: ['first'] }));
  expect(workshop.log.filter((line) => line.startsWith('begin'))).toEqual(
    ['first', 'behind', 'long', 'short'].map((id) => `begin ${id}`),
  );
});

test('ready steps of one group are done in one call', async () => {
  const calls: string[] = [];
  const workshop = new Workshop().kind('work', passes, {
    group: ({ phase }) => phase,
    run: async (steps) => {
      calls.push(steps.map(({ id }) => id).join());
      return steps.map(passes);
    },
  });
  await workshop.run(step('a'), step('b'), step('later', { needs: ['a'] }), step('c', { phase: 'other' }));
  expect(calls.toSorted()).toEqual(['a,b', 'c', 'later']);
});

test('an earlier result is taken instead of the work, unless all is to be done again', async () => {
  const workshop = new Workshop().kind('work', passes);
  workshop.done.add('a');
  const { runs } = await workshop.run(step('a'), step('b', { needs: ['a'] }));
  expect(workshop.log).toEqual(['pass a', 'begin b', 'pass b']);
  expect(runs[0]?.end.reused).toEqual({ runId: 'earlier', at: '' });
  workshop.log.length = 0;
  workshop.fresh = true;
  await workshop.run(step('a'));
  expect(workshop.log).toEqual(['begin a', 'pass a']);
});

test('a result that a step before it made is taken as well', async () => {
  const workshop = new Workshop().kind('work', ({ id }) => {
    if (id === 'a') workshop.done.add('b');
    return passes();
  });
  await workshop.run(step('a'), step('b', { needs: ['a'] }));
  expect(workshop.log).toEqual(['begin a', 'pass a', 'pass b']);
});

test('what is done on demand is done when a step uses it, and only then', async () => {
  const workshop = new Workshop().kind('work', passes).kind('open', passes, { onDemand: true });
  const cluster = step('cluster', { kind: 'open' });
  const deploy = step('deploy', { needs: ['cluster'], uses: ['cluster'] });
  await workshop.run(cluster, deploy);
  expect(workshop.log).toEqual(['begin cluster', 'pass cluster', 'begin deploy', 'pass deploy']);
  workshop.log.length = 0;
  workshop.done.add('deploy');
  expect(outcomes(await workshop.run(cluster, deploy))).toEqual({ cluster: 'skipped', deploy: 'pass' });
  expect(workshop.log).not.toContain('begin cluster');
});

test('a step that throws ends the plan: what works is awaited, what waits is skipped, the error is told', async () => {
  const broken = new Error('disk full');
  const workshop = new Workshop().kind('work', async ({ id }, signal) => {
    if (id === 'a') throw broken;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return { outcome: 'inconclusive', detail: 'interrupted' };
  });
  const finished = await workshop.run(step('b'), step('a'), step('c', { needs: ['a'] }));
  expect(finished.error).toBe(broken);
  expect(outcomes(finished)).toEqual({ a: 'inconclusive', b: 'inconclusive', c: 'skipped' });
});

test('an interruption ends the plan with its reason', async () => {
  const workshop = new Workshop().kind('work', (_, signal) => {
    workshop.interruption.abort('SIGINT');
    return { outcome: signal.aborted ? 'inconclusive' : 'pass' };
  });
  const finished = await workshop.run(step('a'), step('b', { needs: ['a'] }));
  expect(finished.error).toBe('SIGINT');
  expect(outcomes(finished)).toEqual({ a: 'inconclusive', b: 'skipped' });
});

test('inputs that cannot be told while others work end the plan, after those', async () => {
  let asked = 0;
  const workshop = new Workshop()
    .kind('work', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return passes();
    })
    .kind('odd', passes, {
      inputs: () => {
        asked++;
        if (asked > 1) throw new Error('the file is gone');
        return {};
      },
    });
  const finished = await workshop.run(step('a'), step('b', { kind: 'odd' }));
  expect(finished.error).toMatchObject({ message: 'the file is gone' });
  expect(outcomes(finished)).toEqual({ a: 'pass', b: 'skipped' });
});

test('a plan with a step of no kind is refused before anything is begun', async () => {
  const workshop = new Workshop().kind('work', passes);
  await expect(workshop.run(step('a'), step('b', { kind: 'wish' }))).rejects.toThrow(
    'No step kind "wish" does step "b"',
  );
  expect(workshop.log).toEqual([]);
});

test('steps that need each other are an error that names them', async () => {
  const workshop = new Workshop().kind('work', passes);
  const { error } = await workshop.run(step('a', { needs: ['b'] }), step('b', { needs: ['a'] }));
  expect(error).toMatchObject({ message: 'Steps wait for each other: a, b' });
});

test('a clock that is set back while a step works changes no duration', async () => {
  const clock = new VirtualClock(1_000_000);
  const workshop = new Workshop().kind('work', async () => {
    await clock.advance(200);
    clock.jumpWall(-3_600_000);
    await clock.advance(100);
    return { outcome: 'pass' };
  });
  workshop.clock = clock;
  const { runs } = await workshop.run(step('a'), step('b', { needs: ['a'] }));
  expect(runs.map(({ startedMs, durationMs }) => [startedMs, durationMs])).toEqual([
    [0, 300],
    [300, 300],
  ]);
});
