import { describe, expect, it } from 'vitest';
import type { PathId } from '../definition/index.ts';
import { expectOk, nothing, sleeper, Tree } from '../testing/tree.ts';
import {
  appsBelow,
  createApp,
  deleteApp,
  emptyRoot,
  findApp,
  findGroup,
  nextVersion,
  patchGroup,
  restartApp,
  settle,
  updateApp,
  updateApps,
  updateGroup,
} from './index.ts';

describe('versions', () => {
  it('grow strictly, also when the clock stands still', () => {
    const root = emptyRoot('2026-01-01T00:00:00.000Z');
    expect(nextVersion(root, 0)).toBe('2026-01-01T00:00:00.001Z');
    expect(nextVersion(root, Date.parse('2026-02-01T00:00:00Z'))).toBe('2026-02-01T00:00:00.000Z');
  });

  const created = '2026-01-01T00:00:00.001Z';
  const changed = '2026-01-01T00:00:00.002Z';
  it.each([
    ['another command', { cmd: 'sleep 200' }, changed, changed],
    ['another label', { labels: { a: 'b' } }, changed, changed],
    ['another backoff', { backoffSeconds: 7 }, changed, changed],
    ['more instances', { instances: 3 }, changed, created],
    ['more instances and another label', { instances: 3, labels: { a: 'b' } }, changed, changed],
    ['nothing', {}, created, created],
    [
      'the same again',
      { cmd: 'sleep 100', portDefinitions: [{ port: 0, name: 'default' }] },
      created,
      created,
    ],
  ])('follow what changes: %s', (_what, body, lastScalingAt, lastConfigChangeAt) => {
    const app = new Tree().create(sleeper('/a')).put('/a', body).app('/a');
    expect(app.versionInfo).toEqual({ lastScalingAt, lastConfigChangeAt });
    expect(app.version).toBe(lastScalingAt > lastConfigChangeAt ? lastScalingAt : lastConfigChangeAt);
  });

  it('change by a restart, which is no scaling', () => {
    const app = new Tree()
      .create(sleeper('/a'))
      .apply((root) => restartApp(root, '/a'))
      .app('/a');
    expect(app.versionInfo).toEqual({ lastScalingAt: created, lastConfigChangeAt: changed });
    expect(app.version).toBe(changed);
  });

  it('are new when an app goes back to an old one', () => {
    const tree = new Tree().create(sleeper('/a')).put('/a', { cmd: 'sleep 200' });
    const old = tree.states[1] && findApp(tree.states[1], '/a')?.version;
    tree.put('/a', { version: old });
    expect(tree.app('/a')).toMatchObject({ cmd: 'sleep 100', version: '2026-01-01T00:00:00.003Z' });
  });
});

describe('service ports', () => {
  it('of 0 become the lowest that no app uses, and stay when 0 is posted again', () => {
    const tree = new Tree()
      .create(sleeper('/a', { ports: [10_000, 0] }))
      .create(sleeper('/b', { ports: [0, 0] }));
    const portsOf = (id: PathId) => tree.app(id).portDefinitions?.map(({ port }) => port);
    expect(portsOf('/a')).toEqual([10_000, 10_001]);
    expect(portsOf('/b')).toEqual([10_002, 10_003]);
    tree.put('/b', { ports: [0, 0, 0] });
    expect(portsOf('/b')).toEqual([10_002, 10_003, 10_004]);
  });

  it('are given to port mappings as well', () => {
    const container = { docker: { image: 'i', network: 'BRIDGE', portMappings: [{ containerPort: 80 }] } };
    const app = new Tree().create({ id: '/a', container }).app('/a');
    expect(app.container?.portMappings?.[0]?.servicePort).toBe(10_000);
  });

  it('that run out refuse the change', () => {
    const root = emptyRoot('2026-01-01T00:00:00.000Z');
    const change = expectOk(createApp(root, sleeper('/a', { ports: [0, 0] }), '2026-01-01T00:00:00.001Z'));
    const settled = settle(root, change, {
      now: '2026-01-01T00:00:00.001Z',
      ports: { min: 10_000, max: 10_000 },
    });
    expect(settled).toMatchObject({ refusal: { kind: 'bad-argument' } });
  });
});

describe('apps', () => {
  it('bring their groups along, and leave them behind', () => {
    const tree = new Tree().create(sleeper('/a/b/c'));
    expect(findGroup(tree.root, '/a/b')).toBeDefined();
    tree.apply((root) => deleteApp(root, '/a/b/c'));
    expect(appsBelow(tree.root)).toEqual([]);
    expect(findGroup(tree.root, '/a/b')).toBeDefined();
  });

  it('take the place of an empty group, but not of one that holds something', () => {
    const tree = new Tree().create(sleeper('/a/b')).apply((root) => deleteApp(root, '/a/b'));
    tree.create(sleeper('/a'));
    expect(findGroup(tree.root, '/a')).toBeUndefined();
    expect(tree.refusal((root, now) => createApp(root, sleeper('/a/b'), now))).toEqual({
      kind: 'not-valid',
      details: [{ path: '/', errors: ['Groups and Applications may not have the same identifier.'] }],
    });
  });

  it('cannot be created twice', () => {
    expect(
      new Tree().create(sleeper('/a')).refusal((root, now) => createApp(root, sleeper('/a'), now)),
    ).toEqual({
      kind: 'conflict',
      message: 'An app with id [/a] already exists.',
    });
  });

  it('that do not exist can be created by PUT, and are told by PATCH, DELETE and restart', () => {
    const unknown = { kind: 'not-found', message: "App '/x' does not exist" };
    const tree = new Tree().put('/y', { cmd: 'sleep 1' });
    expect(tree.app('/y').cmd).toBe('sleep 1');
    const options = { partial: true, mayCreate: false, now: tree.now, lookUp: nothing };
    expect(tree.refusal((root) => updateApp(root, '/x', {}, options))).toEqual(unknown);
    expect(tree.refusal((root) => deleteApp(root, '/x'))).toEqual(unknown);
    expect(tree.refusal((root) => restartApp(root, '/x'))).toEqual(unknown);
  });

  it('are changed many at once', () => {
    const tree = new Tree().create(sleeper('/a')).create(sleeper('/b'));
    const list = [
      { id: 'a', instances: 2 },
      { id: '/b', cmd: 'sleep 2' },
    ];
    tree.apply((root, now) =>
      updateApps(root, list, { partial: true, mayCreate: true, now, lookUp: nothing }),
    );
    expect([tree.app('/a').instances, tree.app('/b').cmd]).toEqual([2, 'sleep 2']);
    const wrong = [{ id: 'a' }, { id: 'b', instances: 'x' }];
    const options = { partial: true, mayCreate: true, now: tree.now, lookUp: nothing };
    expect(tree.refusal((root) => updateApps(root, wrong, options))).toMatchObject({
      details: [{ path: '(1)/instances', errors: ['error.expected.jsnumber'] }],
    });
  });

  it('may have the role of their top-level group, and must have it where the group says so', () => {
    const tree = new Tree().create(sleeper('/dev/a', { role: 'dev' }));
    expect(tree.app('/dev/a').role).toBe('dev');
    expect(
      tree.refusal((root, now) => createApp(root, sleeper('/dev/b', { role: 'test' }), now)),
    ).toMatchObject({
      details: [{ path: '/role', errors: ['got test, expected one of: *, dev'] }],
    });
    tree.apply((root, now) => patchGroup(root, '/dev', { enforceRole: true }, now));
    expect(tree.create(sleeper('/dev/b')).app('/dev/b').role).toBe('dev');
    expect(tree.refusal((root, now) => createApp(root, sleeper('/dev/c', { role: '*' }), now))).toMatchObject(
      {
        details: [{ path: '/role', errors: ['got *, expected one of: dev'] }],
      },
    );
  });
});

describe('dependencies', () => {
  const cyclic = {
    kind: 'not-valid',
    details: [{ path: '/', errors: ['Dependency graph has cyclic dependencies.'] }],
  };

  it('must not form a cycle, through groups either', () => {
    const tree = new Tree().create(sleeper('/a', { dependencies: ['/b'] }));
    expect(tree.refusal((root, now) => createApp(root, sleeper('/b', { dependencies: ['a'] }), now))).toEqual(
      cyclic,
    );
    const groups = [
      { id: 'x', dependencies: ['../y'], apps: [sleeper('one')] },
      { id: 'y', apps: [sleeper('two', { dependencies: ['../x'] })] },
    ];
    const options = { now: tree.now, lookUp: nothing };
    expect(tree.refusal((root) => updateGroup(root, '/g', { groups }, options))).toEqual(cyclic);
  });

  it('may point nowhere', () => {
    expect(new Tree().create(sleeper('/a', { dependencies: ['/nobody'] })).app('/a').dependencies).toEqual([
      '/nobody',
    ]);
  });
});
