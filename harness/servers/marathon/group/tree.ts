import {
  type AppDefinition,
  type Group,
  isWithin,
  type PathId,
  parentOf,
  type Timestamp,
} from '../definition/index.ts';

/** A tree with nothing in it. */
export function emptyRoot(now: Timestamp): Group {
  return emptyGroup('/', now);
}

/** A group with nothing in it. */
export function emptyGroup(id: PathId, version: Timestamp): Group {
  return { id, apps: {}, groups: {}, dependencies: [], version, enforceRole: false };
}

/** Every app of the group and below it. */
export function appsBelow(group: Group): readonly AppDefinition[] {
  return groupsBelow(group).flatMap((one) => Object.values(one.apps));
}

/** The group itself first, then every group below it. */
export function groupsBelow(group: Group): readonly Group[] {
  return [group, ...Object.values(group.groups).flatMap(groupsBelow)];
}

/** Undefined when there is no such app, or no such group around it. */
export function findApp(root: Group, id: PathId): AppDefinition | undefined {
  const apps = findGroup(root, parentOf(id))?.apps;
  return apps !== undefined && Object.hasOwn(apps, id) ? apps[id] : undefined;
}

/** The root itself for `/`. */
export function findGroup(root: Group, id: PathId): Group | undefined {
  let group: Group | undefined = root;
  while (group !== undefined && group.id !== id) group = childTowards(group, id);
  return group;
}

/** Puts an app where its id says, creating its groups; an empty group of the same id gives way. */
export function withApp(root: Group, app: AppDefinition): Group {
  return withChanged(root, parentOf(app.id), app.version, (group) => {
    const clash = group.groups[app.id];
    const groups = clash !== undefined && isEmpty(clash) ? without(group.groups, app.id) : group.groups;
    return { ...group, groups, apps: { ...group.apps, [app.id]: app } };
  });
}

/** Puts a group where its id says, creating the groups above it. The root group's id replaces the whole tree. */
export function withGroup(root: Group, group: Group): Group {
  if (group.id === '/') return group;
  return withChanged(root, parentOf(group.id), group.version, (parent) => ({
    ...parent,
    groups: { ...parent.groups, [group.id]: group },
  }));
}

/** Groups that become empty stay. */
export function withoutApp(root: Group, id: PathId): Group {
  if (findApp(root, id) === undefined) return root;
  return withChanged(root, parentOf(id), root.version, (group) => ({
    ...group,
    apps: without(group.apps, id),
  }));
}

/** Removing the root group empties it. */
export function withoutGroup(root: Group, id: PathId): Group {
  if (id === '/') return emptyRoot(root.version);
  if (findGroup(root, id) === undefined) return root;
  return withChanged(root, parentOf(id), root.version, (group) => ({
    ...group,
    groups: without(group.groups, id),
  }));
}

/** Every group and app changed by its function; groups from the bottom up. Nodes that stay the same are shared. */
export function mapTree(
  group: Group,
  change: { readonly app?: (app: AppDefinition) => AppDefinition; readonly group?: (group: Group) => Group },
): Group {
  const apps = change.app === undefined ? group.apps : mapValues(group.apps, change.app);
  const groups = mapValues(group.groups, (child) => mapTree(child, change));
  const changed = apps === group.apps && groups === group.groups ? group : { ...group, apps, groups };
  return change.group === undefined ? changed : change.group(changed);
}

/** Holds neither app nor group. */
export function isEmpty(group: Group): boolean {
  return Object.keys(group.apps).length === 0 && Object.values(group.groups).every(isEmpty);
}

function childTowards(group: Group, id: PathId): Group | undefined {
  const prefix = group.id === '/' ? '/' : `${group.id}/`;
  if (!id.startsWith(prefix)) return undefined;
  const end = id.indexOf('/', prefix.length);
  const child = end === -1 ? id : id.slice(0, end);
  return Object.hasOwn(group.groups, child) ? group.groups[child] : undefined;
}

function withChanged(group: Group, id: PathId, version: Timestamp, change: (group: Group) => Group): Group {
  if (group.id === id) return change(group);
  const prefix = group.id === '/' ? '/' : `${group.id}/`;
  const end = id.indexOf('/', prefix.length);
  const childId = end === -1 ? id : id.slice(0, end);
  if (!isWithin(id, group.id)) return group;
  const child = group.groups[childId] ?? emptyGroup(childId, version);
  return { ...group, groups: { ...group.groups, [childId]: withChanged(child, id, version, change) } };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _gone, ...rest } = record;
  return rest;
}

function mapValues<T>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => T,
): Readonly<Record<string, T>> {
  let isChanged = false;
  const entries = Object.entries(record).map(([key, value]): [string, T] => {
    const next = change(value);
    if (next !== value) isChanged = true;
    return [key, next];
  });
  return isChanged ? Object.fromEntries(entries) : record;
}
