import { describe, expect, it } from 'vitest';
import { renderApp } from '../definition/index.ts';
import { nothing, sleeper, Tree } from '../testing/tree.ts';
import {
  appsBelow,
  createApp,
  createGroup,
  deleteGroup,
  findGroup,
  renderGroup,
  updateGroup,
} from './index.ts';

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
