import { type AppDefinition, type Group, isWithin, type PathId } from '../definition/index.ts';
import { appsBelow, findGroup } from './tree.ts';

/** For every app of the tree, the apps it depends on, through its own dependencies and those of the groups around it. */
export type Dependencies = ReadonlyMap<PathId, ReadonlySet<PathId>>;

/** Ids that stand for nothing are passed over; groups depend on groups only, as in Marathon. */
export function dependenciesOf(root: Group): Dependencies {
  const targets = targetsIn(appsBelow(root));
  const found = new Map<PathId, ReadonlySet<PathId>>();
  const visit = (group: Group, inherited: readonly PathId[]): void => {
    const own = group.dependencies.filter((id) => findGroup(root, id) !== undefined);
    const ofGroup = own.length === 0 ? inherited : [...inherited, ...own];
    for (const app of Object.values(group.apps)) {
      found.set(app.id, new Set([...ofGroup, ...app.dependencies].flatMap(targets)));
    }
    for (const child of Object.values(group.groups)) visit(child, ofGroup);
  };
  visit(root, []);
  return found;
}

/** What an id stands for: an app, or every app below a group; nothing when neither exists. */
function targetsIn(apps: readonly AppDefinition[]): (id: PathId) => readonly PathId[] {
  const ids = apps.map((app) => app.id);
  const known = new Set(ids);
  const found = new Map<PathId, readonly PathId[]>();
  return (id) => {
    const answer = found.get(id) ?? (known.has(id) ? [id] : ids.filter((one) => isWithin(one, id)));
    found.set(id, answer);
    return answer;
  };
}

/** An app that depends on itself, or on its own group, counts. */
export function hasCycle(root: Group): boolean {
  return depthsOf(dependenciesOf(root)) === 'cyclic';
}

/** Length of the longest chain of dependencies below each app: 0 for one that depends on nothing. */
export function depthsOf(dependencies: Dependencies): ReadonlyMap<PathId, number> | 'cyclic' {
  const depths = new Map<PathId, number>();
  const dependants = new Map<PathId, PathId[]>();
  const waitingFor = new Map<PathId, number>();
  for (const [id, needed] of dependencies) {
    waitingFor.set(id, needed.size);
    for (const one of needed) {
      const known = dependants.get(one);
      if (known === undefined) dependants.set(one, [id]);
      else known.push(id);
    }
  }
  const ready = [...waitingFor].filter(([, count]) => count === 0).map(([id]) => id);
  for (const id of ready) depths.set(id, 0);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const depth = (depths.get(id) ?? 0) + 1;
    for (const dependant of dependants.get(id) ?? []) {
      depths.set(dependant, Math.max(depth, depths.get(dependant) ?? 0));
      const left = (waitingFor.get(dependant) ?? 0) - 1;
      waitingFor.set(dependant, left);
      if (left === 0) ready.push(dependant);
    }
  }
  return [...waitingFor.values()].every((count) => count === 0) ? depths : 'cyclic';
}
