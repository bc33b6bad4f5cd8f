import { describe, expect, test } from 'vitest';
import type { LedgerRecord } from '../ledger/index.ts';
import {
  type Digest,
  type RunEvent,
  StagegateError,
  type StageName,
  type StageResult,
} from '../model/index.ts';
import { systemClock } from '../plumbing/clock.ts';
import { shop } from './fixture.ts';
import { type FinishedRun, makePlan, type RunRequest, runPlan, type World } from './index.ts';

const production: RunRequest = { kind: 'run', to: 'production' };

/** A world in which everything works, but for what a test changes; remembers what was done. */
class FakeWorld implements World {
  readonly runId = 'run-1';
  readonly runtime = 'process';
  readonly commit = null;
  readonly clock = systemClock;
  readonly notices = [];
  readonly events: RunEvent[] = [];
  readonly ledger: LedgerRecord[] = [];
  readonly done: string[] = [];

  report(event: RunEvent): void {
    this.events.push(event);
  }

  record(records: readonly LedgerRecord[]): void {
    this.ledger.push(...records);
  }

  async recorded(): Promise<void> {}

  async start(what: string): ReturnType<World['start']> {
    this.done.push(`start ${what}`);
    return what === 'cluster' ? { agents: 1, readyMs: 5 } : null;
  }

  async build(service: { name: string }): ReturnType<World['build']> {
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

  async runStage({ stage, services }: Parameters<World['runStage']>[0]): ReturnType<World['runStage']> {
    this.done.push(`${stage} of ${services.join(' and ')}`);
    return services.map((service) => passed(stage, service));
  }

  async deploy({ service, environment }: Parameters<World['deploy']>[0]): ReturnType<World['deploy']> {
    this.done.push(`${service.name} to ${environment}`);
    return { tasks: 1 };
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

function run(
  world: World,
  request = production,
  signal = new AbortController().signal,
): Promise<FinishedRun> {
  const planned = makePlan(shop, request);
  if (planned.kind === 'problems') throw new Error(planned.problems.join('\n'));
  return runPlan(shop, planned.plan, world, signal);
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

  test('deploys a service only where those it calls stand already', async () => {
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

  test('tells its listeners how each step ended, and the record last', async () => {
    const world = new FakeWorld();
    await run(world);
    const started = world.events.filter(({ kind }) => kind === 'step-started').length;
    expect(world.events.filter(({ kind }) => kind === 'step-finished')).toHaveLength(started);
    expect(world.events.at(0)?.kind).toBe('run-started');
    expect(world.events.at(-1)?.kind).toBe('run-finished');
  });
});

describe('a service that fails a stage', () => {
  test('is held back, and so is what calls it, by name', async () => {
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
      'inventory, which it calls, is held back from test and no version of it stands there',
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
      'acceptance did not run: the system is not whole: orders not in test',
    ]);
  });

  test('does not hold back before acceptance a service that does not call it', async () => {
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

describe('a run whose surroundings fail', () => {
  test('ends with 3, blames no service, and still has its record', async () => {
    const world = new FakeWorld();
    world.start = async (what) => {
      if (what === 'store') throw new StagegateError('SG_STORE_FAILED', 'the log is /log');
      return null;
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
    world.recorded = async () => {
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
  const hanging: World['runStage'] = (_, signal) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        stopped = true;
        reject(signal.reason);
      });
      abort.abort(new StagegateError('SG_INTERRUPTED', 'Interrupted.'));
    });
  const { record, exitCode } = await run(
    Object.assign(world, { runStage: hanging }),
    production,
    abort.signal,
  );
  expect(exitCode).toBe(130);
  expect(stopped).toBe(true);
  expect(record.problems.map(({ code }) => code)).toEqual(['SG_INTERRUPTED']);
  expect(record.services).toHaveLength(2);
});

test('a single stage passes with its results alone', async () => {
  const { record, exitCode } = await run(new FakeWorld(), { kind: 'stage', stage: 'unit', services: [] });
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
