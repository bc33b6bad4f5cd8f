import { describe, expect, it } from 'vitest';
import { type AppDefinition, parseApp } from '../definition/index.ts';
import {
  healthTarget,
  type InstanceView,
  parseSelector,
  readinessTarget,
  renderTask,
  stateOf,
  taskCounts,
  taskStats,
} from './index.ts';

const now = '2026-01-01T00:00:00.000Z';

function app(body: object): AppDefinition {
  const parsed = parseApp({ id: '/a', cmd: 'x y', ...body }, { now });
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.refusal));
  return parsed.value;
}

function instance(members: Partial<InstanceView> = {}): InstanceView & { readonly taskId: string } {
  return {
    instanceId: 'a.instance-1',
    taskId: 'a.instance-1._app.1',
    appId: '/a',
    condition: 'Running',
    host: 'h',
    agentId: 'agent',
    hostPorts: [],
    ipAddresses: [],
    stagedAt: now,
    startedAt: now,
    version: now,
    health: [],
    role: '*',
    ...members,
    ...(members.taskId === undefined && { taskId: 'a.instance-1._app.1' }),
  } as InstanceView & { readonly taskId: string };
}

describe('a label selector', () => {
  const labels = { tier: 'web', 'a b': 'c,d', empty: '' };
  it.each([
    ['', true],
    ['tier', true],
    ['nope', false],
    ['tier==web', true],
    [' tier == web , empty ', true],
    ['tier==db', false],
    ['tier!=db', true],
    ['nope!=db', false],
    ['tier in (db, web)', true],
    ['tier notin(db)', true],
    ['nope notin (db)', false],
    ['tier in ()', false],
    ['a\\ b==c\\,d', true],
    ['tier, nope', false],
    ['in', false],
  ])('%j', (text, expected) => {
    const parsed = parseSelector(text);
    expect(parsed.kind === 'ok' && parsed.value(labels)).toBe(expected);
  });

  it.each(['tier=web', 'tier in web', 'a,', '==b', 'tier in (a', 'a b'])(
    'is refused with a syntax error: %j',
    (text) => {
      expect(parseSelector(text)).toMatchObject({ refusal: { kind: 'bad-argument' } });
    },
  );
});

describe('counts', () => {
  const alive = { alive: true, consecutiveFailures: 0, instanceId: 'i' };
  const dead = { alive: false, consecutiveFailures: 1, instanceId: 'i' };

  it('know a starting task in neither staged nor running, and no health without checks', () => {
    const tasks = [
      instance({ condition: 'Staging' }),
      instance({ condition: 'Provisioned' }),
      instance({ condition: 'Starting' }),
      instance(),
      instance({ health: [alive, alive] }),
      instance({ health: [alive, dead] }),
    ];
    expect(taskCounts(tasks)).toEqual({ staged: 2, running: 3, healthy: 1, unhealthy: 1 });
  });

  it('are told by configuration, without the classes that have no task', () => {
    const versionInfo = {
      lastConfigChangeAt: '2026-01-01T00:00:05.000Z',
      lastScalingAt: '2026-01-01T00:00:09.000Z',
    };
    const old = instance({ version: now, startedAt: now });
    const fresh = instance({
      version: versionInfo.lastConfigChangeAt,
      startedAt: '2026-01-01T00:00:06.000Z',
    });
    const counts = { staged: 0, running: 1, healthy: 0, unhealthy: 0 };
    const stats = taskStats(
      { ...app({}), versionInfo },
      [old, fresh],
      Date.parse('2026-01-01T00:00:10.000Z'),
    );
    expect(stats).toEqual({
      withLatestConfig: { stats: { counts, lifeTime: { averageSeconds: 4, medianSeconds: 4 } } },
      withOutdatedConfig: { stats: { counts, lifeTime: { averageSeconds: 10, medianSeconds: 10 } } },
      totalSummary: {
        stats: { counts: { ...counts, running: 2 }, lifeTime: { averageSeconds: 7, medianSeconds: 7 } },
      },
    });
  });
});

describe('a task', () => {
  it('prints what clients know and nothing else', () => {
    expect(renderTask(instance({ hostPorts: [31_000] }), [10_000])).toEqual({
      id: 'a.instance-1._app.1',
      appId: '/a',
      host: 'h',
      slaveId: 'agent',
      state: 'TASK_RUNNING',
      ports: [31_000],
      servicePorts: [10_000],
      ipAddresses: [],
      stagedAt: now,
      startedAt: now,
      version: now,
      healthCheckResults: [],
      localVolumes: [],
      role: '*',
    });
  });

  it.each([
    ['Scheduled', 'TASK_STAGING'],
    ['Provisioned', 'TASK_STAGING'],
    ['Running', 'TASK_RUNNING'],
    ['Killing', 'TASK_KILLING'],
    ['UnreachableInactive', 'TASK_UNREACHABLE'],
    ['Gone', 'TASK_GONE'],
  ] as const)('in condition %s is in state %s', (condition, state) => {
    expect(stateOf(condition)).toBe(state);
  });
});

describe('a check finds its task', () => {
  const check = (body: object, index = 0) => {
    const of = app(body);
    const healthCheck = of.healthChecks[index];
    if (healthCheck === undefined) throw new Error('no check');
    return { of, healthCheck };
  };
  const readiness = [{ portName: 'api' }];

  it('at the host port of its index', () => {
    const { of, healthCheck } = check({ ports: [0, 0], healthChecks: [{ portIndex: 1 }] });
    const target = healthTarget(of, healthCheck, instance({ hostPorts: [31_000, 31_001] }));
    expect(target).toEqual({ host: 'h', port: 31_001 });
  });

  it('at the port it names', () => {
    const { of, healthCheck } = check({ healthChecks: [{ port: 8080 }] });
    expect(healthTarget(of, healthCheck, instance({ hostPorts: [31_000] }))).toEqual({
      host: 'h',
      port: 8080,
    });
  });

  it("at the task's own address where the mapping has no host port, once that is known", () => {
    const portMappings = [{ containerPort: 80 }, { containerPort: 81, hostPort: 0 }];
    const networks = [{ mode: 'container', name: 'n' }];
    const container = { docker: { image: 'i' }, portMappings };
    const { of, healthCheck } = check({ container, networks, healthChecks: [{ portIndex: 0 }] });
    expect(healthTarget(of, healthCheck, instance({ hostPorts: [31_000] }))).toBeUndefined();
    const known = instance({
      hostPorts: [31_000],
      ipAddresses: [{ ipAddress: '10.0.0.1', protocol: 'IPv4' }],
    });
    expect(healthTarget(of, healthCheck, known)).toEqual({ host: '10.0.0.1', port: 80 });
  });

  it('of readiness at the port with its name', () => {
    const of = app({ portDefinitions: [{ name: 'x' }, { name: 'api' }], readinessChecks: readiness });
    const [readinessCheck] = of.readinessChecks;
    if (readinessCheck === undefined) throw new Error('no check');
    const target = readinessTarget(of, readinessCheck, instance({ hostPorts: [31_000, 31_001] }));
    expect(target).toEqual({ host: 'h', port: 31_001 });
  });
});
