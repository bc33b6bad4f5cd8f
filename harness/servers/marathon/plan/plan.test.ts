import { describe, expect, it } from 'vitest';
import type { Group, Outcome, PathId, Timestamp } from '../definition/index.ts';
import {
  appsBelow,
  createApp,
  deleteApp,
  emptyRoot,
  findApp,
  findGroup,
  nextVersion,
  restartApp,
  settle,
  type TreeChange,
  updateApp,
  updateGroup,
} from '../group/index.ts';
import { conflictsWith, type DeploymentPlan, planDeployment, renderSteps, revertPlan } from './index.ts';

const lookUp = { app: () => undefined, root: () => undefined };
const start = emptyRoot('2026-01-01T00:00:00.000Z');
const sleeper = (id: string, members: object = {}) => ({ id, cmd: 'sleep 100', ...members });

function settled(root: Group, change: (root: Group, now: Timestamp) => Outcome<TreeChange>): Group {
  const now = nextVersion(root, 0);
  const changed = change(root, now);
  const outcome = changed.kind === 'refused' ? changed : settle(root, changed.value, { now });
  if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value;
}

const created = (root: Group, body: unknown) => settled(root, (tree, now) => createApp(tree, body, now));
const put = (root: Group, id: PathId, body: unknown) =>
  settled(root, (tree, now) => updateApp(tree, id, body, { partial: true, mayCreate: true, now, lookUp }));
const putGroup = (root: Group, id: PathId, body: unknown) =>
  settled(root, (tree, now) => updateGroup(tree, id, body, { now, lookUp }));

function plan(from: Group, to: Group): DeploymentPlan {
  return planDeployment({ id: 'p', version: to.version, from, to });
}

/** `Start /a, Start /b | Scale /a`. */
function stepsOf(from: Group, to: Group): string {
  return renderSteps(plan(from, to))
    .map(({ actions }) =>
      actions.map(({ action, app }) => `${action.replace('Application', '')} ${app}`).join(', '),
    )
    .join(' | ');
}

describe('the steps of a plan', () => {
  const one = created(start, sleeper('/a', { instances: 2 }));

  it('start a new app, for the record, and then scale it', () => {
    expect(stepsOf(start, one)).toBe('Start /a | Scale /a');
  });

  it.each<[string, (root: Group) => Group, string]>([
    ['another number of instances', (root) => put(root, '/a', { instances: 5 }), 'Scale /a'],
    ['another command', (root) => put(root, '/a', { cmd: 'sleep 2' }), 'Restart /a'],
    [
      'another label and number',
      (root) => put(root, '/a', { instances: 5, labels: { a: 'b' } }),
      'Restart /a',
    ],
    [
      'no instances and another command',
      (root) => put(root, '/a', { instances: 0, cmd: 'sleep 2' }),
      'Scale /a',
    ],
    ['a restart', (root) => settled(root, (tree) => restartApp(tree, '/a')), 'Restart /a'],
    ['no app any more', (root) => settled(root, (tree) => deleteApp(tree, '/a')), 'Stop /a'],
    ['no difference', (root) => put(root, '/a', { instances: 2 }), ''],
  ])('reach %s', (_what, change, expected) => {
    expect(stepsOf(one, change(one))).toBe(expected);
  });

  it('stop first, then start, then go by depth of dependency, side by side within one depth', () => {
    const from = created(start, sleeper('/old'));
    const apps = [
      sleeper('web', { dependencies: ['api'] }),
      sleeper('api', { dependencies: ['db', 'cache'] }),
      sleeper('db'),
      sleeper('cache'),
    ];
    const to = settled(putGroup(from, '/g', { apps }), (tree) => deleteApp(tree, '/old'));
    expect(stepsOf(from, to)).toBe(
      'Stop /old | Start /g/web, Start /g/api, Start /g/db, Start /g/cache | Scale /g/db, Scale /g/cache | Scale /g/api | Scale /g/web',
    );
  });

  it('count dependencies on apps that do not change, and take groups for all their apps', () => {
    const groups = [
      { id: 'front', dependencies: ['../back'], apps: [sleeper('web')] },
      { id: 'back', apps: [sleeper('api', { dependencies: ['db'] }), sleeper('db')] },
    ];
    const from = putGroup(start, '/g', { groups });
    expect(stepsOf(start, from)).toBe(
      'Start /g/front/web, Start /g/back/api, Start /g/back/db | Scale /g/back/db | Scale /g/back/api | Scale /g/front/web',
    );
    const changed = put(put(from, '/g/front/web', { cmd: 'sleep 2' }), '/g/back/db', { cmd: 'sleep 2' });
    expect(stepsOf(from, changed)).toBe('Restart /g/back/db | Restart /g/front/web');
  });
});

describe('plans', () => {
  const both = created(created(start, sleeper('/g/a')), sleeper('/g/b'));
  const changesA = plan(both, put(both, '/g/a', { instances: 2 }));
  const changesB = plan(both, put(both, '/g/b', { instances: 2 }));

  it('conflict when they share an app, not when they share a group', () => {
    expect(conflictsWith(changesA, changesB)).toBe(false);
    expect(conflictsWith(changesA, plan(both, put(both, '/g/a', { cmd: 'sleep 2' })))).toBe(true);
  });
});

describe('undoing a plan', () => {
  const undo = (of: DeploymentPlan, current: Group) =>
    settled(current, (root, now) => ({
      kind: 'ok',
      value: { root: revertPlan(of, root, now), restarted: [], parent: '/' },
    }));

  it('removes what it created, groups included, and leaves alone what others did since', () => {
    const target = created(start, sleeper('/g/h/a'));
    const since = created(target, sleeper('/g/b'));
    const undone = undo(plan(start, target), since);
    expect(appsBelow(undone).map(({ id }) => id)).toEqual(['/g/b']);
    expect(findGroup(undone, '/g/h')).toBeUndefined();
  });

  it('brings back what it removed and changed, under a new version', () => {
    const from = created(created(start, sleeper('/a')), sleeper('/b'));
    const target = put(
      settled(from, (root) => deleteApp(root, '/b')),
      '/a',
      { cmd: 'sleep 2' },
    );
    const undone = undo(plan(from, target), target);
    expect(findApp(undone, '/a')).toMatchObject({ cmd: 'sleep 100' });
    expect(findApp(undone, '/b')).toMatchObject({ cmd: 'sleep 100' });
    const newest = findApp(undone, '/a')?.version ?? '';
    expect(newest > target.version).toBe(true);
    expect(stepsOf(target, undone)).toBe('Start /b | Restart /a, Scale /b');
  });

  it('takes back dependencies of groups', () => {
    const from = putGroup(putGroup(start, '/x', {}), '/y', {});
    const target = putGroup(from, '/x', { dependencies: ['../y'] });
    expect(findGroup(undo(plan(from, target), target), '/x')?.dependencies).toEqual([]);
  });
});
