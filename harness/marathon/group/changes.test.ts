import { describe, expect, it } from 'vitest';
import { type Group, type Outcome, type PathId, renderApp, type Timestamp } from '../definition/index.ts';
import {
  appsBelow,
  createApp,
  createGroup,
  deleteApp,
  deleteGroup,
  emptyRoot,
  findApp,
  findGroup,
  type LookUp,
  nextVersion,
  patchGroup,
  renderGroup,
  restartApp,
  settle,
  type TreeChange,
  updateApp,
  updateApps,
  updateGroup,
} from './index.ts';

const nothing: LookUp = { app: () => undefined, root: () => undefined };

function expectOk<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value;
}

/** A tree that changes are applied to one after another, each a millisecond later. */
class Tree {
  readonly states: Group[] = [emptyRoot('2026-01-01T00:00:00.000Z')];

  get root(): Group {
    const root = this.states.at(-1);
    if (root === undefined) throw new Error('no state');
    return root;
  }

  get now(): Timestamp {
    return nextVersion(this.root, 0);
  }

  apply(change: (root: Group, now: Timestamp) => Outcome<TreeChange>): this {
    const { now } = this;
    const settled = settle(this.root, expectOk(change(this.root, now)), { now });
    this.states.push(expectOk(settled));
    return this;
  }

  refusal(change: (root: Group, now: Timestamp) => Outcome<TreeChange>): unknown {
    const { now } = this;
    const outcome = change(this.root, now);
    const settled = outcome.kind === 'refused' ? outcome : settle(this.root, outcome.value, { now });
    return settled.kind === 'refused' ? settled.refusal : 'accepted';
  }

  create(body: unknown): this {
    return this.apply((root, now) => createApp(root, body, now));
  }

  put(id: PathId, body: unknown): this {
    return this.apply((root, now) =>
      updateApp(root, id, body, { partial: true, mayCreate: true, now, lookUp: this.lookUp }),
    );
  }

  putGroup(id: PathId, body: unknown): this {
    return this.apply((root, now) => updateGroup(root, id, body, { now, lookUp: this.lookUp }));
  }

  app(id: PathId) {
    const app = findApp(this.root, id);
    if (app === undefined) throw new Error(`no app ${id}`);
    return app;
  }

  readonly lookUp: LookUp = {
    app: (id, version) =>
      this.states.map((state) => findApp(state, id)).find((app) => app?.version === version),
    root: (version) => this.states.find((state) => state.version === version),
  };
}

const sleeper = (id: string, members: object = {}) => ({ id, cmd: 'sleep 100', ...members });

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

describe('a tree', () => {
  it('does not grow deeper than it can be walked', () => {
    const tree = new Tree();
    expect(tree.refusal((root, now) => createApp(root, sleeper('/a'.repeat(1_000)), now))).toMatchObject({
      details: [{ path: '/id', errors: ['must not have more than 100 segments'] }],
    });
    let body: object = { id: 'x' };
    for (let depth = 0; depth < 5_000; depth++) body = { id: 'x', groups: [body] };
    const options = { now: tree.now, lookUp: nothing };
    expect(tree.refusal((root) => updateGroup(root, '/x', body, options))).toMatchObject({
      kind: 'invalid-json',
    });
    expect(tree.create(sleeper('/a'.repeat(100))).app('/a'.repeat(100)).instances).toBe(1);
  });
});

describe('groups', () => {
  const two = { apps: [sleeper('a'), sleeper('b')], groups: [{ id: 'inner', apps: [sleeper('c')] }] };

  it('read ids against the group that holds them', () => {
    const tree = new Tree().putGroup('/g', two);
    expect(appsBelow(tree.root).map(({ id }) => id)).toEqual(['/g/a', '/g/b', '/g/inner/c']);
  });

  it('have a given list replaced and an absent one left alone', () => {
    const tree = new Tree().putGroup('/g', two);
    const before = tree.app('/g/a');
    tree.putGroup('/g', { apps: [sleeper('a')] });
    expect(appsBelow(tree.root).map(({ id }) => id)).toEqual(['/g/a', '/g/inner/c']);
    expect(tree.app('/g/a').version).toBe(before.version);
    tree.putGroup('/g', { groups: [] });
    expect(appsBelow(tree.root).map(({ id }) => id)).toEqual(['/g/a']);
  });

  it('are scaled whole, rounding up', () => {
    const tree = new Tree().putGroup('/g', { apps: [sleeper('a', { instances: 3 }), sleeper('b')] });
    tree.putGroup('/g', { scaleBy: 1.5 });
    expect([tree.app('/g/a').instances, tree.app('/g/b').instances]).toEqual([5, 2]);
    const options = { now: tree.now, lookUp: nothing };
    expect(tree.refusal((root) => updateGroup(root, '/g', { scaleBy: 1e9 }, options))).toMatchObject({
      details: [{ path: '/scaleBy', errors: ['got 5000000000 instances, expected 100000 or less'] }],
    });
  });

  it('go back to how they were', () => {
    const tree = new Tree().putGroup('/g', two);
    const { version } = tree.root;
    tree.putGroup('/g', { apps: [], groups: [] }).putGroup('/g', { version });
    expect(appsBelow(tree.root).map(({ id }) => id)).toEqual(['/g/a', '/g/b', '/g/inner/c']);
  });

  it.each([
    ['scaleBy', { scaleBy: 2, apps: [] }],
    ['version', { version: '2026-01-01T00:00:00.000Z', apps: [] }],
  ])('take %s only alone', (member, body) => {
    const options = { now: '2026-01-02T00:00:00.000Z', lookUp: nothing };
    expect(new Tree().refusal((root) => updateGroup(root, '/g', body, options))).toMatchObject({
      details: [{ path: `/${member}`, errors: ['not allowed in conjunction with other properties.'] }],
    });
  });

  it('refuse apps that lie elsewhere and tell the place of a wrong member', () => {
    const refusalOf = (body: unknown) =>
      new Tree().refusal((root, now) => updateGroup(root, '/g', body, { now, lookUp: nothing }));
    expect(refusalOf({ apps: [sleeper('/h/a')] })).toMatchObject({
      details: [{ path: '/apps(0)/id', errors: ["Identifier is not child of '/g'"] }],
    });
    expect(refusalOf({ groups: [{ id: 'x', apps: [sleeper('a', { instances: 'x' })] }] })).toMatchObject({
      kind: 'invalid-json',
      details: [{ path: '/groups(0)/apps(0)/instances', errors: ['error.expected.jsnumber'] }],
    });
  });

  it('change whether they enforce their role at the top level only, and not together with apps', () => {
    const tree = new Tree().putGroup('/g', two);
    const refusalOf = (id: string, body: unknown) =>
      tree.refusal((root, now) => updateGroup(root, id, body, { now, lookUp: nothing }));
    expect(refusalOf('/g/inner', { enforceRole: true })).toMatchObject({
      details: [
        {
          path: '/enforceRole',
          errors: ['enforceRole can only be set for top-level groups, and /g/inner is not top-level'],
        },
      ],
    });
    expect(refusalOf('/g', { enforceRole: true, apps: [] })).toMatchObject({
      details: [{ path: '/enforceRole', errors: [expect.stringContaining('separate requests')] }],
    });
    tree.putGroup('/g', { enforceRole: true });
    expect(findGroup(tree.root, '/g')?.enforceRole).toBe(true);
  });

  it('cannot be created twice, nor where an app is', () => {
    const tree = new Tree()
      .create(sleeper('/a'))
      .apply((root, now) => createGroup(root, '/', { id: 'g' }, now));
    expect(tree.refusal((root, now) => createGroup(root, '/', { id: 'g' }, now))).toEqual({
      kind: 'conflict',
      message: 'Group /g is already created. Use PUT to change this group.',
    });
    expect(tree.refusal((root, now) => createGroup(root, '/', { id: '/a' }, now))).toEqual({
      kind: 'conflict',
      message: 'An app with the path /a already exists.',
    });
  });

  it('go with everything below them; the root is emptied', () => {
    const tree = new Tree().putGroup('/g', two).create(sleeper('/z'));
    tree.apply((root) => deleteGroup(root, '/g'));
    expect(appsBelow(tree.root).map(({ id }) => id)).toEqual(['/z']);
    tree.apply((root) => deleteGroup(root, '/'));
    expect(appsBelow(tree.root)).toEqual([]);
    expect(tree.refusal((root) => deleteGroup(root, '/g'))).toEqual({
      kind: 'not-found',
      message: "Group '/g' does not exist",
    });
  });

  it('print what is embedded, and enforceRole at the top level only', () => {
    const { root } = new Tree().putGroup('/g', two);
    const embed = { apps: true, groups: true, pods: true };
    expect(renderGroup(root, { embed, renderApp })).toMatchObject({
      id: '/',
      apps: [],
      pods: [],
      groups: [{ id: '/g', enforceRole: false, groups: [{ id: '/g/inner', apps: [{ id: '/g/inner/c' }] }] }],
    });
    const bare = renderGroup(root, { embed: { apps: false, groups: false, pods: false }, renderApp });
    expect(Object.keys(bare)).toEqual(['id', 'version', 'dependencies']);
  });
});
