import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { now, parsed, problemsOf } from '../testing/parsed.ts';
import { type AppDefinition, applyUpdate, parseApp, parseAppUpdate, renderApp } from './index.ts';

function updated(current: AppDefinition, body: unknown, partial = true) {
  const update = parseAppUpdate(body);
  if (update.kind === 'refused') return update;
  return applyUpdate({ id: current.id, current, update: update.value, partial, now });
}

describe('a complete definition', () => {
  it('gets the defaults of Marathon and prints nothing that was not given and is empty', () => {
    expect(renderApp(parsed({ id: 'a', cmd: 'sleep 1' }))).toEqual({
      id: '/a',
      cmd: 'sleep 1',
      instances: 1,
      cpus: 1,
      mem: 128,
      disk: 0,
      gpus: 0,
      executor: '',
      labels: {},
      networks: [{ mode: 'host' }],
      portDefinitions: [{ port: 0, protocol: 'tcp', name: 'default' }],
      requirePorts: false,
      backoffSeconds: 1,
      backoffFactor: 1.15,
      maxLaunchDelaySeconds: 300,
      upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
      unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
      killSelection: 'YOUNGEST_FIRST',
      role: '*',
      version: now,
      versionInfo: { lastScalingAt: now, lastConfigChangeAt: now },
    });
  });

  it('prints port definitions that were given empty', () => {
    expect(renderApp(parsed({ id: 'a', cmd: 'sleep 1', portDefinitions: [] }))).toMatchObject({
      portDefinitions: [],
    });
  });

  it('passes over unknown members and takes null for absent', () => {
    const app = {
      id: '/a',
      cmd: 'sleep 1',
      args: null,
      container: null,
      hobby: 'chess',
      upgradeStrategy: null,
    };
    expect(parsed(app)).toEqual(parsed({ id: '/a', cmd: 'sleep 1' }));
  });

  it('reads enumerations in any case and prints them in its own', () => {
    const app = parsed({
      id: '/a',
      cmd: 'sleep 1',
      killSelection: 'oldest_first',
      constraints: [['hostname', 'unique']],
      healthChecks: [{ protocol: 'mesos_http', path: '/' }],
    });
    expect(app.killSelection).toBe('OLDEST_FIRST');
    expect(app.constraints).toEqual([{ field: 'hostname', operator: 'UNIQUE' }]);
    expect(app.healthChecks[0]).toMatchObject({ protocol: 'MESOS_HTTP', portIndex: 0 });
  });

  it('has its checks look at the first port unless they name another', () => {
    const checks = [
      { path: '/' },
      { port: 80 },
      { portIndex: 1 },
      { protocol: 'COMMAND', command: { value: 'true' } },
    ];
    const app = parsed({ id: '/a', cmd: 'x y', ports: [0, 0], healthChecks: checks });
    expect(app.healthChecks.map(({ portIndex }) => portIndex)).toEqual([0, undefined, 1, undefined]);
    expect(problemsOf({ id: '/a', cmd: 'x y', ports: [], healthChecks: checks })).not.toBe('accepted');
  });

  it('has the defaults of its volumes and of the single-instance label', () => {
    const single = parsed({ id: '/a', cmd: 'sleep 1', labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' } });
    expect(single.upgradeStrategy).toEqual({ minimumHealthCapacity: 0, maximumOverCapacity: 0 });
    const volumes = [{ containerPath: 'data', mode: 'RW', persistent: { size: 10 } }];
    const roles = () => ({ valid: ['*', 'shop'], fallback: '*' });
    const stateful = { id: '/shop/a', cmd: 'sleep 1', container: { type: 'MESOS', volumes } };
    expect(parseApp(stateful, { now, roles })).toMatchObject({
      value: {
        role: 'shop',
        upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 },
        unreachableStrategy: 'disabled',
      },
    });
  });

  it('resolves its id and its dependencies against the group that holds it', () => {
    const outcome = parseApp(
      { id: 'b', cmd: 'sleep 1', dependencies: ['../db', 'c', '/d/'] },
      { now, base: '/g/h' },
    );
    expect(outcome).toMatchObject({ value: { id: '/g/h/b', dependencies: ['/g/db', '/g/h/c', '/d'] } });
  });
});

describe('an update', () => {
  const current = parsed({
    id: '/a',
    cmd: 'sleep 1',
    labels: { x: '1', y: '2' },
    env: { A: '1' },
    instances: 3,
    healthChecks: [{ protocol: 'COMMAND', command: { value: 'true' } }],
  });

  it('keeps what it does not name, and replaces maps and lists whole', () => {
    const outcome = updated(current, { labels: { z: '3' }, instances: 5 });
    expect(outcome).toMatchObject({ value: { ...current, labels: { z: '3' }, instances: 5 } });
    expect(outcome.kind === 'ok' && 'labels' in outcome.value && outcome.value.labels).toEqual({ z: '3' });
  });

  it('gives back the defaults when it is not partial', () => {
    expect(updated(current, { cmd: 'sleep 2' }, false)).toEqual({
      kind: 'ok',
      value: parsed({ id: '/a', cmd: 'sleep 2' }),
    });
  });

  it('follows a change of network with its ports', () => {
    const bridged = updated(current, {
      networks: [{ mode: 'container/bridge' }],
      container: { docker: { image: 'i' }, portMappings: [{ containerPort: 80 }] },
    });
    expect(bridged).toMatchObject({
      value: { container: { portMappings: [{ containerPort: 80, hostPort: 0 }] } },
    });
    expect(bridged.kind === 'ok' && bridged.value).not.toHaveProperty('portDefinitions');
    if (bridged.kind !== 'ok' || !('versionInfo' in bridged.value)) throw new Error('refused');
    const back = updated(bridged.value, { networks: [{ mode: 'host' }] });
    expect(back).toMatchObject({ value: { portDefinitions: [{ port: 0, name: 'default' }] } });
  });

  it('takes a version only beside the id', () => {
    expect(parseAppUpdate({ id: 'a', version: now })).toMatchObject({ value: { id: '/a', version: now } });
    expect(parseAppUpdate({ version: now, cmd: 'sleep 2' })).toMatchObject({
      refusal: {
        kind: 'not-valid',
        details: [{ path: '/', errors: ["The 'version' field may only be combined with the 'id' field."] }],
      },
    });
  });

  it('is checked together with what it leaves alone', () => {
    expect(updated(current, { args: ['x'] })).toMatchObject({ refusal: { kind: 'not-valid' } });
  });
});

describe("the apps of Marathon's system tests", () => {
  const folder = new URL('../testdata/system-test-apps/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file !== 'sleep-group.json');
  it.each(files)('are accepted, and what is printed of them reads as the same app: %s', (file) => {
    const app = parsed(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    expect(parsed(renderApp(app))).toEqual(app);
  });
});
