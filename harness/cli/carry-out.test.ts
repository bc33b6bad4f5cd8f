import { describe, expect, test } from 'vitest';
import { foldState, type Ledger, type LedgerEntry, type LedgerRecord } from '../ledger/index.ts';
import {
  type Digest,
  type RunEvent,
  StagegateError,
  type StageName,
  type StageResult,
} from '../model/index.ts';
import { loadPlans, type Planned } from '../plans/index.ts';
import { type Clock, systemClock } from '../plumbing/clock.ts';
import { loadChecks } from '../policy/index.ts';
import { cleanRecording } from '../rehearsal/fixture.ts';
import { FileHashes, ImportGraph } from '../sources/index.ts';
import { shop } from '../steps/fixture.ts';
import { type Effects, loadStepKinds, type RehearsalOrder } from '../steps/index.ts';
import { carryOut, type FinishedRun } from './carry-out.ts';

/** The day of the results below: a week later no gate would take them. */
const clock: Clock = { ...systemClock, now: () => Date.parse('2026-11-22T13:00:00.000Z') };
const plans = await loadPlans();
const toProduction = planOf('run');

/** Every service differs from what an earlier run built. */
const changedShop = { ...shop, services: shop.services.map((one) => ({ ...one, start: 'node x.mjs' })) };

function planOf(name: string, ...args: readonly string[]): Planned {
  const found = plans.find(({ command }) => command === name);
  if (found === undefined) throw new Error(`no plan ${name}`);
  return found.plan(shop, foldState([]), { args, options: {} });
}

/** A world in which everything works, but for what a test changes; remembers what was done. */
class FakeWorld implements Effects, Ledger {
  readonly location = 'memory';
  readonly entries: LedgerEntry[] = [];
  readonly events: RunEvent[] = [];
  readonly done: string[] = [];
  runId = 'run-1';

  get ledger(): readonly LedgerRecord[] {
    return this.entries.map(({ record }) => record);
  }

  async append(records: readonly LedgerRecord[]): Promise<readonly LedgerEntry[]> {
    const added = records.map((record, index) => {
      const id = String(this.entries.length + index);
      return { id, previous: null, record, version: 2 };
    });
    this.entries.push(...added);
    return added;
  }

  async object(): Promise<string | null> {
    return null;
  }

  async tidy(): Promise<void> {}

  platformOf(): ReturnType<Effects['platformOf']> {
    return { name: 'embedded', id: `embedded:${this.runId}`, lifetime: 'command' };
  }

  async openPlatform(): ReturnType<Effects['openPlatform']> {
    this.done.push('open platform');
    return null;
  }

  async inspect(): Promise<null> {
    return null;
  }

  async remove(): Promise<void> {}

  async requests(): Promise<readonly []> {
    return [];
  }

  async openStores(): Promise<void> {}

  async openExternals(): Promise<void> {}

  /** From now on every build makes other bytes. */
  buildsChanged(): void {
    const build = this.build.bind(this);
    this.build = async (service) => ({
      ...(await build(service)),
      digest: digestOf(`${service.name}, changed`),
    });
  }

  async build(service: { name: string }): ReturnType<Effects['build']> {
    return {
      service: service.name,
      version: '1.0.0',
      digest: digestOf(service.name),
      runtime: 'process',
      location: '',
      bytes: 1,
      commit: null,
      builtAt: '2026-11-22T12:00:00.000Z',
    };
  }

  async runStage({
    stage,
    services,
    artifacts,
  }: Parameters<Effects['runStage']>[0]): ReturnType<Effects['runStage']> {
    this.done.push(`${stage} of ${services.join(' and ')}`);
    return services.map((service) => {
      const digest = artifacts.get(service)?.digest ?? digestOf(service);
      return { ...passed(stage, service), digest };
    });
  }

  async checkDefinitions(): ReturnType<Effects['checkDefinitions']> {
    return [];
  }

  async checkInvariants(): ReturnType<Effects['checkInvariants']> {
    return [];
  }

  async smoke(_: Parameters<Effects['smoke']>[0]): ReturnType<Effects['smoke']> {
    return { requests: 0, failures: [] };
  }

  async removeCopy(): Promise<void> {}

  async observe(): ReturnType<Effects['observe']> {
    return { requests: [], incidents: [], logLines: [] };
  }

  async replay(): ReturnType<Effects['replay']> {
    return [];
  }

  async deploy({ service, environment }: Parameters<Effects['deploy']>[0]): ReturnType<Effects['deploy']> {
    this.done.push(`${service.name} to ${environment}`);
    return { tasks: 1 };
  }

  async rehearse({ environment, services }: RehearsalOrder): ReturnType<Effects['rehearse']> {
    this.done.push(`rehearse ${environment}`);
    return cleanRecording(
      services.map(({ service, candidate, promoted, previous }) => ({
        name: service.name,
        candidate: { version: candidate.version, digest: candidate.digest },
        previous: promoted,
        overItself: previous === null,
        rolled: candidate.digest !== promoted?.digest,
      })),
    );
  }
}

function digestOf(service: string): Digest {
  return `sha256:${Buffer.from(service).toString('hex').padEnd(64, '0')}`;
}

function passed(stage: StageName, service: string): StageResult {
  return {
    stage,
    service,
    status: 'pass',
    tests: { passed: 2, failed: 0, skipped: 0 },
    cases: [],
    digest: digestOf(service),
    runtime: 'process',
    startedAt: '2026-11-22T12:03:00.000Z',
    durationMs: 1,
  };
}

function failed(stage: StageName, service: string): StageResult {
  return { ...passed(stage, service), status: 'fail', tests: { passed: 1, failed: 1, skipped: 0 } };
}

async function run(
  world: FakeWorld,
  planned: Planned = toProduction,
  signal = new AbortController().signal,
  runId = 'run-1',
  config = shop,
): Promise<FinishedRun> {
  world.runId = runId;
  if (planned.kind === 'problems') throw new Error(planned.problems.join('\n'));
  const files = new FileHashes('/project');
  return carryOut({
    plan: planned.plan,
    kinds: await loadStepKinds(),
    // No contract is made here, so nothing could be said about other versions.
    checks: (await loadChecks()).filter(({ name }) => name !== 'contracts'),
    ledger: world,
    effects: world,
    knownAt: (state) => ({
      config,
      state,
      files,
      imports: new ImportGraph(files),
      runtime: 'process',
      toolchain: 'test',
      runId,
      hasArtifact: () => true,
      now: clock.now(),
    }),
    runId,
    commit: null,
    clock,
    notices: [],
    report: (event) => world.events.push(event),
    signal,
  });
}

function placements({ record }: FinishedRun): Readonly<Record<string, string>> {
  return Object.fromEntries(
    record.environments.flatMap(({ name, services }) =>
      services.map(({ service, verdict, digest }) => [
        `${service} in ${name}`,
        `${verdict}, ${digest === null ? 'absent' : 'there'}`,
      ]),
    ),
  );
}

describe('a run in which everything passes', () => {
  test('brings every service into the target, one digest everywhere, and exits with 0', async () => {
    const world = new FakeWorld();
    const { record, exitCode } = await run(world);
    expect(exitCode).toBe(0);
    expect(record.verdict).toBe('pass');
    for (const { services } of record.environments) {
      expect(services.map(({ digest }) => digest)).toEqual([digestOf('orders'), digestOf('inventory')]);
    }
    expect(record.problems).toEqual([]);
  });

  test('deploys a service only where those it calls are deployed already', async () => {
    const world = new FakeWorld();
    await run(world);
    for (const environment of ['dev', 'test', 'production']) {
      const order = world.done.filter((what) => what.endsWith(` to ${environment}`));
      expect(order).toEqual([`inventory to ${environment}`, `orders to ${environment}`]);
    }
  });

  test('leaves artifacts, evidence, verdicts, deployments and the run in the ledger', async () => {
    const world = new FakeWorld();
    await run(world);
    const count = (kind: string): number => world.ledger.filter((record) => record.kind === kind).length;
    expect(['artifact', 'evidence', 'verdict', 'deployment', 'run'].map(count)).toEqual([2, 6, 4, 6, 1]);
    expect(world.ledger.at(-1)).toMatchObject({ kind: 'run', verdict: 'pass' });
  });

  test('tells of a task that died meanwhile and was started again, beside the yes', async () => {
    const world = new FakeWorld();
    const incident = {
      what: 'died',
      service: 'orders',
      environment: 'production',
      appId: '/production/shop/orders',
      taskId: 'production_shop_orders.1',
      message: 'TASK_FAILED: Command exited with status 1',
      at: '2026-11-22T13:00:01.000Z',
    } as const;
    world.observe = async () => ({ requests: [], incidents: [incident], logLines: [] });
    const { record, exitCode } = await run(world);
    const told =
      'A task of orders died in production and was started again: TASK_FAILED: Command exited with status 1';
    expect(exitCode).toBe(0);
    expect(record).toMatchObject({ verdict: 'pass', incidents: [incident], notices: [told] });
    expect(world.events).toContainEqual({ kind: 'notice', text: told });
    expect(world.ledger.filter(({ kind }) => kind === 'incident')).toHaveLength(1);
  });

  test('tells its listeners how each step ended, and the record last', async () => {
    const world = new FakeWorld();
    await run(world);
    const started = world.events.filter(({ kind }) => kind === 'step-started').length;
    const finished = world.events.filter((event) => event.kind === 'step-finished');
    // Nothing is to be replayed where nothing was promoted yet.
    expect(finished.filter(({ step }) => !step.startsWith('replay '))).toHaveLength(started);
    expect(world.events.at(0)?.kind).toBe('run-started');
    expect(world.events.at(-1)?.kind).toBe('run-finished');
  });
});

describe('a service that fails a stage', () => {
  test('is not promoted, and neither is what calls it, by name', async () => {
    const world = new FakeWorld();
    world.runStage = async ({ stage, services }) =>
      services.map((service) =>
        service === 'inventory' && stage === 'contract' ? failed(stage, service) : passed(stage, service),
      );
    const finished = await run(world);
    expect(finished.exitCode).toBe(1);
    expect(finished.record.verdict).toBe('fail');
    expect(placements(finished)).toEqual({
      'orders in dev': 'pass, there',
      'inventory in dev': 'pass, there',
      'orders in test': 'inconclusive, absent',
      'inventory in test': 'fail, absent',
      'orders in production': 'inconclusive, absent',
      'inventory in production': 'inconclusive, absent',
    });
    const reasons = finished.record.environments[1]?.services[0]?.reasons;
    expect(reasons).toEqual([
      'inventory, which it calls, was not promoted to test, and no version of it is deployed there',
    ]);
  });

  test('keeps acceptance from running on half a system and blaming the rest', async () => {
    const world = new FakeWorld();
    world.runStage = async ({ stage, services }) => {
      world.done.push(stage);
      return services.map((service) =>
        service === 'orders' && stage === 'unit' ? failed(stage, service) : passed(stage, service),
      );
    };
    const { record } = await run(world);
    expect(world.done).not.toContain('acceptance');
    expect(record.environments[2]?.services[1]?.reasons).toEqual([
      'acceptance did not run: incomplete system: orders is not deployed in test',
    ]);
  });

  test('does not keep out of acceptance a service that does not call it', async () => {
    const world = new FakeWorld();
    world.runStage = async ({ stage, services }) =>
      services.map((service) =>
        service === 'orders' && stage === 'unit' ? failed(stage, service) : passed(stage, service),
      );
    const finished = await run(world);
    expect(placements(finished)).toMatchObject({
      'inventory in test': 'pass, there',
      'orders in test': 'fail, absent',
    });
    expect(finished.exitCode).toBe(1);
  });
});

test('a service that does not build is in no environment, and the others go on', async () => {
  const world = new FakeWorld();
  const build = world.build.bind(world);
  world.build = async (service) => {
    if (service.name === 'orders') throw new StagegateError('SG_BUILD_FAILED', 'orders: no such file');
    return build(service);
  };
  const finished = await run(world);
  expect(finished.exitCode).toBe(1);
  expect(placements(finished)).toMatchObject({
    'orders in dev': 'fail, absent',
    'orders in production': 'fail, absent',
    'inventory in test': 'pass, there',
  });
});

test('a service that does not become healthy stays behind, and so does what calls it', async () => {
  const world = new FakeWorld();
  world.deploy = async ({ service, environment }) => {
    if (service.name === 'inventory' && environment === 'test') {
      throw new StagegateError('SG_DEPLOYMENT_FAILED', 'inventory in test: exited with 1\nstack');
    }
    return { tasks: 1 };
  };
  const finished = await run(world);
  expect(finished.exitCode).toBe(1);
  expect(placements(finished)).toMatchObject({
    'inventory in test': 'fail, absent',
    'orders in test': 'inconclusive, absent',
    'inventory in production': 'fail, absent',
  });
});

describe('a run whose infrastructure fails', () => {
  test('ends with 3, blames no service, and still has its record', async () => {
    const world = new FakeWorld();
    world.openStores = async () => {
      throw new StagegateError('SG_STORE_FAILED', 'the log is /log');
    };
    const { record, exitCode } = await run(world);
    expect(exitCode).toBe(3);
    expect(record.verdict).toBe('inconclusive');
    expect(record.problems).toEqual([
      { code: 'SG_STORE_FAILED', message: 'the log is /log', hint: expect.any(String) },
    ]);
  });

  test('by a ledger that cannot be written says so, whatever the services did', async () => {
    const world = new FakeWorld();
    world.append = async () => {
      throw new StagegateError('SG_LEDGER_FAILED', 'the disk is full');
    };
    const { record, exitCode } = await run(world);
    expect(exitCode).toBe(3);
    expect(record.problems.map(({ code }) => code)).toEqual(['SG_LEDGER_FAILED']);
  });

  test('by a defect of our own says so instead of throwing', async () => {
    const world = new FakeWorld();
    world.runStage = async () => {
      throw new TypeError('undefined is not a function');
    };
    const { record, exitCode } = await run(world);
    expect(exitCode).toBe(3);
    expect(record.problems.map(({ code }) => code)).toEqual(['SG_INTERNAL']);
  });
});

test('an interrupted run ends with 130, waits for what it stopped, and tells what is known', async () => {
  const world = new FakeWorld();
  const abort = new AbortController();
  let stopped = false;
  const hanging: Effects['runStage'] = (_, signal) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        stopped = true;
        reject(signal.reason);
      });
      abort.abort(new StagegateError('SG_INTERRUPTED', 'Interrupted.'));
    });
  const { record, exitCode } = await run(
    Object.assign(world, { runStage: hanging }),
    toProduction,
    abort.signal,
  );
  expect(exitCode).toBe(130);
  expect(stopped).toBe(true);
  expect(record.problems.map(({ code }) => code)).toEqual(['SG_INTERRUPTED']);
  expect(record.services).toHaveLength(2);
});

test('a single stage passes with its results alone', async () => {
  const { record, exitCode } = await run(new FakeWorld(), planOf('stage', 'unit'));
  expect(exitCode).toBe(0);
  expect(record.environments).toEqual([]);
});

test('passwords in what a service printed reach neither listeners nor ledger', async () => {
  const world = new FakeWorld();
  world.deploy = async () => {
    throw new StagegateError('SG_DEPLOYMENT_FAILED', 'cannot reach postgres://stagegate:s3cret@127.0.0.1/db');
  };
  world.runStage = async ({ stage, services, onTest }) => {
    const failure = { message: 'no answer from postgres://stagegate:s3cret@127.0.0.1/db' };
    const test = { name: 't', file: 'f', outcome: 'fail', durationMs: 1, failure } as const;
    for (const service of services) onTest(service, test);
    return services.map((service) => ({ ...failed(stage, service), cases: [test] }));
  };
  await run(world);
  expect(world.events.some(({ kind }) => kind === 'test-finished')).toBe(true);
  expect(JSON.stringify([world.events, world.ledger])).not.toContain('s3cret');
});

test('a second run of an unchanged tree does no work, takes the results, and says from which run', async () => {
  const world = new FakeWorld();
  await run(world);
  world.done.length = 0;
  const { record, exitCode } = await run(world, toProduction, undefined, 'run-2');
  expect(exitCode).toBe(0);
  expect(world.done).toEqual([]);
  expect(record.stages.map(({ reused }) => reused?.runId)).toEqual(Array.from({ length: 6 }, () => 'run-1'));
  expect(record.environments.flatMap(({ services }) => services.map(({ digest }) => digest))).not.toContain(
    null,
  );
});

test('of one changed service, the environments are built anew from its new version beside the others', async () => {
  const world = new FakeWorld();
  await run(world);
  const build = world.build.bind(world);
  world.build = async (service) => ({ ...(await build(service)), digest: digestOf('orders, changed') });
  const services = shop.services.map((one) =>
    one.name === 'orders' ? { ...one, start: 'node x.mjs' } : one,
  );
  const config = { ...shop, services };
  world.done.length = 0;
  const { exitCode } = await run(world, toProduction, undefined, 'run-2', config);
  expect(exitCode).toBe(0);
  expect(world.done).toContain('inventory to dev');
  expect(world.done).toContain('orders to production');
});

test('where a new version does not become healthy, its callers go on beside the promoted one', async () => {
  const world = new FakeWorld();
  await run(world);
  world.buildsChanged();
  const deploy = world.deploy.bind(world);
  world.deploy = async (order) => {
    if (order.artifact.digest === digestOf('inventory, changed'))
      throw new StagegateError('SG_DEPLOYMENT_FAILED', 'inventory in dev: its check answers 404');
    return deploy(order);
  };
  const finished = await run(world, toProduction, undefined, 'run-2', changedShop);
  expect(finished.exitCode).toBe(1);
  expect(placements(finished)).toMatchObject({
    'inventory in dev': 'fail, there',
    'orders in production': 'pass, there',
  });
});

test('a failing test is run again, and against what is deployed today; the result says what that found', async () => {
  const world = new FakeWorld();
  await run(world);
  world.buildsChanged();
  const runStage = world.runStage.bind(world);
  world.runStage = async (order: Parameters<Effects['runStage']>[0]) => {
    const results = await runStage(order);
    const bad = (digest: Digest) => order.stage === 'acceptance' && digest !== digestOf('orders');
    return results.map((one) =>
      one.service === 'orders' && bad(one.digest)
        ? { ...failed(order.stage, 'orders'), digest: one.digest }
        : one,
    );
  };
  const { record, exitCode } = await run(world, toProduction, undefined, 'run-2', changedShop);
  expect(exitCode).toBe(1);
  const result = record.stages.find(({ stage, service }) => stage === 'acceptance' && service === 'orders');
  expect(result?.control?.kind).toBe('regression');
  expect(result?.control?.rounds.map(({ subject, failed }) => [subject, failed])).toEqual([
    ['candidate', 1],
    ['deployed today', 0],
  ]);
});

test('what fails with the version deployed today too says nothing about the new one', async () => {
  const world = new FakeWorld();
  await run(world);
  world.runStage = async ({ stage, services, artifacts }) =>
    services.map((service) => ({
      ...failed(stage, service),
      digest: artifacts.get(service)?.digest ?? digestOf(service),
    }));
  const services = shop.services.map((one) => ({ ...one, suites: {}, start: 'node x.mjs' }));
  world.buildsChanged();
  const { record } = await run(world, planOf('stage', 'functional'), undefined, 'run-2', {
    ...shop,
    services,
  });
  expect(record.stages.map(({ status, control }) => [status, control?.kind])).toEqual([
    ['inconclusive', 'infrastructure'],
    ['inconclusive', 'infrastructure'],
  ]);
});

test('what is written of a service and cannot work rejects it at its first gate, before any deployment is blamed', async () => {
  const world = new FakeWorld();
  const reason = 'it has 0 instances, so nothing would run';
  world.checkDefinitions = async () => [
    {
      check: 'instances',
      outcome: 'fail',
      service: 'inventory',
      reason,
      key: 'services/inventory/marathon.json: instances',
    },
    { check: 'settings', outcome: 'fail', service: 'orders', reason: 'TZ is set in dev only', advice: true },
  ];
  const { record, exitCode } = await run(world);
  expect(exitCode).toBe(1);
  const verdict = record.verdicts.find(({ service, to }) => service === 'inventory' && to === 'test');
  expect(verdict?.checks.find(({ outcome }) => outcome === 'fail')).toEqual({
    check: 'instances',
    outcome: 'fail',
    reason: `${reason} (services/inventory/marathon.json: instances)`,
  });
  expect(record.verdicts.some(({ checks }) => checks.some((one) => one.reason.includes('TZ')))).toBe(false);
});

test('where services last, one that its gate refuses is left alone, whatever its definition says today', async () => {
  const world = new FakeWorld();
  world.platformOf = () => ({ name: 'remote', id: 'remote', lifetime: 'lasting' });
  const platform = { name: 'remote' } as (typeof shop.platforms)[number];
  const environments = shop.environments.map((one) => ({ ...one, platform: 'remote' }));
  const lasting = { ...shop, platforms: [platform], environments };
  const plan = plans
    .find(({ command }) => command === 'run')
    ?.plan(lasting, foldState([]), { args: [], options: {} });
  await run(world, plan, undefined, 'run-1', lasting);
  world.done.length = 0;
  world.checkDefinitions = async () => [
    { check: 'instances', outcome: 'fail', service: 'inventory', reason: 'it has 0 instances' },
  ];
  const { exitCode } = await run(world, plan, undefined, 'run-2', lasting);
  expect(exitCode).toBe(1);
  expect(world.done).not.toContain('inventory to production');
});

test('a read-only journey that fails after the last deployment is a no, and names the service', async () => {
  const world = new FakeWorld();
  const failure = {
    tag: 't',
    journey: 'a look around',
    service: 'orders',
    seen: 'GET /orders was answered 503',
  };
  world.smoke = async ({ environment }: Parameters<Effects['smoke']>[0]) => ({
    requests: 2,
    failures: environment === 'production' ? [failure] : [],
  });
  const finished = await run(world);
  expect(finished.exitCode).toBe(1);
  expect(placements(finished)).toMatchObject({
    'orders in production': 'fail, there',
    'inventory in production': 'pass, there',
  });
});

test('one that fails before keeps the service, and what depends on it, out of the next environment', async () => {
  const world = new FakeWorld();
  const failure = {
    tag: 't',
    journey: 'a look around',
    service: 'inventory',
    seen: 'GET /stock was answered 500',
  };
  world.smoke = async () => ({ requests: 2, failures: [failure] });
  const finished = await run(world);
  expect(placements(finished)).toMatchObject({
    'inventory in test': 'fail, absent',
    'orders in test': 'inconclusive, absent',
  });
});

test.each<[string | null, string, string]>([
  // orders calls inventory: it has to cope with the end of it.
  ['inventory', 'suites/acceptance/orders/paid.invariant.ts', 'orders'],
  ['orders', 'suites/acceptance/inventory/stock.invariant.ts', 'orders'],
  [null, 'suites/acceptance/inventory/stock.invariant.ts', 'inventory'],
])(
  'an invariant that breaks after a task of %s was killed, in %s, is blamed on %s',
  async (killed, file, blamed) => {
    const world = new FakeWorld();
    world.checkInvariants = async () => [
      { file, name: 'it holds', violation: '2, not 1', killed, durationMs: 1 },
    ];
    const { record, exitCode } = await run(world);
    expect(exitCode).toBe(1);
    expect(record.stages.flatMap(({ causes = [] }) => causes.map(({ service }) => service))).toEqual([
      blamed,
    ]);
    const held = record.environments.at(-1)?.services.find(({ service }) => service === blamed);
    expect(held?.verdict).toBe('fail');
    expect(held?.reasons[0]).toContain('2, not 1');
  },
);
