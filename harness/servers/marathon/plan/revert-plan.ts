import { type Group, type PathId, parentOf, type Timestamp } from '../definition/index.ts';
import {
  appsBelow,
  findApp,
  findGroup,
  groupsBelow,
  withApp,
  withGroup,
  withoutApp,
  withoutGroup,
} from '../group/index.ts';
import type { DeploymentPlan } from './types.ts';

/**
 * The tree that undoes `plan` in `current`: only the apps and groups it changed are reset. Settle it before planning. Groups
 * are not locked by deployments, so what others did to them since stays.
 */
export function revertPlan(plan: DeploymentPlan, current: Group, now: Timestamp): Group {
  return withOldGroups(plan, withOldApps(plan, current), now);
}

function withOldApps({ original, target }: DeploymentPlan, current: Group): Group {
  let tree = current;
  for (const app of appsBelow(target)) {
    if (findApp(original, app.id) === undefined) tree = withoutApp(tree, app.id);
  }
  for (const app of appsBelow(original)) {
    if (findApp(target, app.id)?.version !== app.version) tree = withApp(tree, app);
  }
  return tree;
}

/** Inner groups first, so that a group is empty by the time it is its turn. */
function withOldGroups({ original, target }: DeploymentPlan, current: Group, now: Timestamp): Group {
  const ids = new Set([...groupsBelow(original), ...groupsBelow(target)].map((group) => group.id));
  let tree = current;
  for (const id of [...ids].toSorted().toReversed()) {
    const before = findGroup(original, id);
    const after = findGroup(target, id);
    const group = findGroup(tree, id);
    if (before === undefined && group !== undefined && holdsNothing(group)) {
      tree = withoutGroup(tree, id);
    } else {
      tree = withDependencies(
        tree,
        id,
        { removed: after?.dependencies ?? [], restored: before?.dependencies ?? [] },
        now,
      );
    }
  }
  return tree;
}

function withDependencies(
  tree: Group,
  id: PathId,
  { removed, restored }: { readonly removed: readonly PathId[]; readonly restored: readonly PathId[] },
  now: Timestamp,
): Group {
  const group = findGroup(tree, id);
  if (group === undefined && restored.length === 0 && findGroup(tree, parentOf(id)) !== undefined) {
    return withGroup(tree, { id, apps: {}, groups: {}, dependencies: [], version: now, enforceRole: false });
  }
  if (group === undefined) return tree;
  const others = group.dependencies.filter((one) => !removed.includes(one));
  const dependencies = [...new Set([...others, ...restored])];
  const isSame =
    dependencies.length === group.dependencies.length &&
    dependencies.every((one) => group.dependencies.includes(one));
  return isSame ? tree : withGroup(tree, { ...group, dependencies, version: now });
}

function holdsNothing(group: Group): boolean {
  return Object.keys(group.apps).length === 0 && Object.keys(group.groups).length === 0;
}
