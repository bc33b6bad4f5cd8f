import {
  type AppDefinition,
  type Group,
  hasOnlyScaled,
  hasSameDefinition,
  type Outcome,
  ok,
  type Problem,
  refused,
  type Timestamp,
} from '../definition/index.ts';
import type { TreeChange } from './app-changes.ts';
import { hasCycle } from './dependencies.ts';
import { residentProblems } from './resident-rules.ts';
import { assignServicePorts, type PortRange } from './service-ports.ts';
import { findApp, groupsBelow, mapTree } from './tree.ts';

const marathonsPorts: PortRange = { min: 10_000, max: 20_000 };

/** The version of the next change: now, or the first millisecond after the tree's own version. */
export function nextVersion(root: Group, nowMs: number): Timestamp {
  return new Date(Math.max(nowMs, Date.parse(root.version) + 1)).toISOString();
}

/**
 * Turns a change into the tree to store: service ports of 0 are assigned (an app that had some keeps them), versions and
 * version info follow what really changed, and the rules over the whole tree are checked (cycles; apps and groups of one id).
 */
export function settle(
  from: Group,
  change: Pick<TreeChange, 'root' | 'restarted'>,
  options: { readonly now: Timestamp; readonly ports?: PortRange },
): Outcome<Group> {
  const { now, ports = marathonsPorts } = options;
  const details = [...treeProblems(change.root), ...residentProblems(from, change.root)];
  if (details.length > 0) return refused({ kind: 'not-valid', details });
  const assigned = assignServicePorts(from, change.root, ports);
  if (assigned === 'exhausted') {
    const message = `All ports in the range [${ports.min}-${ports.max}) are already in use`;
    return refused({ kind: 'bad-argument', message });
  }
  const restarted = new Set(change.restarted);
  return ok(
    mapTree(assigned, {
      app: (app) => withVersion(app, findApp(from, app.id), now, restarted.has(app.id)),
      group: (group) => ({ ...group, version: now }),
    }),
  );
}

function withVersion(
  app: AppDefinition,
  before: AppDefinition | undefined,
  now: Timestamp,
  isRestarted: boolean,
): AppDefinition {
  if (app === before && !isRestarted) return app;
  if (before === undefined) return versioned(app, { lastScalingAt: now, lastConfigChangeAt: now });
  if (hasSameDefinition(before, app)) {
    return isRestarted ? versioned(app, { ...before.versionInfo, lastConfigChangeAt: now }) : before;
  }
  return hasOnlyScaled(before, app) && !isRestarted
    ? versioned(app, { ...before.versionInfo, lastScalingAt: now })
    : versioned(app, { lastScalingAt: now, lastConfigChangeAt: now });
}

function versioned(app: AppDefinition, versionInfo: AppDefinition['versionInfo']): AppDefinition {
  const wasScaledLast = versionInfo.lastScalingAt > versionInfo.lastConfigChangeAt;
  return {
    ...app,
    version: wasScaledLast ? versionInfo.lastScalingAt : versionInfo.lastConfigChangeAt,
    versionInfo,
  };
}

function treeProblems(root: Group): readonly Problem[] {
  const errors: string[] = [];
  if (hasCycle(root)) errors.push('Dependency graph has cyclic dependencies.');
  if (
    groupsBelow(root).some((group) => Object.keys(group.groups).some((id) => Object.hasOwn(group.apps, id)))
  ) {
    errors.push('Groups and Applications may not have the same identifier.');
  }
  return errors.length === 0 ? [] : [{ path: '/', errors }];
}
