import {
  type AppDefinition,
  checkId,
  type Group,
  type GroupUpdate,
  lastSegment,
  mostInstances,
  type Outcome,
  ok,
  type PathId,
  type Problem,
  parentOf,
  parseApp,
  type Refusal,
  type RoleSettings,
  readGroupPatch,
  readGroupUpdate,
  refused,
  resolveId,
  type Timestamp,
} from '../definition/index.ts';
import type { LookUp, TreeChange } from './app-changes.ts';
import { rolesFor } from './roles.ts';
import { appsBelow, emptyGroup, findApp, findGroup, mapTree, withGroup, withoutGroup } from './tree.ts';

/** A group request's change, with the id of the group it is about. */
export interface GroupChange extends TreeChange {
  readonly id: PathId;
}

/** POST /v2/groups and /v2/groups/{base}: the body's id counts from `base`. 409 when the group is there, or an app has the id. */
export function createGroup(root: Group, base: PathId, body: unknown, now: Timestamp): Outcome<GroupChange> {
  const read = readAlone(body);
  if (read.kind === 'refused') return read;
  const id = read.value.id === undefined ? base : resolveId(read.value.id, base);
  const checked = updateChecked(root, id, read.value, now);
  if (checked.kind === 'refused') return checked;
  if (findGroup(root, id) !== undefined) {
    return refused({
      kind: 'conflict',
      message: `Group ${id} is already created. Use PUT to change this group.`,
    });
  }
  if (findApp(root, id) !== undefined) {
    return refused({ kind: 'conflict', message: `An app with the path ${id} already exists.` });
  }
  return ok(changeOf(checked.value, id));
}

/** PUT /v2/groups[/{id}]: also creates, scales (`scaleBy`) and goes back to a version (`version`). */
export function updateGroup(
  root: Group,
  path: PathId,
  body: unknown,
  options: { readonly now: Timestamp; readonly lookUp: LookUp },
): Outcome<GroupChange> {
  const read = readAlone(body);
  if (read.kind === 'refused') return read;
  const update = read.value;
  const id = update.id === undefined ? path : resolveId(update.id, path);
  if (update.version !== undefined) return rolledBack(root, id, update.version, options);
  if (update.scaleBy !== undefined) return scaled(root, id, update.scaleBy);
  const checked = updateChecked(root, id, update, options.now);
  return checked.kind === 'refused' ? checked : ok(changeOf(checked.value, id));
}

/** PATCH /v2/groups/{id}: only `enforceRole`. */
export function patchGroup(root: Group, id: PathId, body: unknown, now: Timestamp): Outcome<GroupChange> {
  const patch = readGroupPatch(body);
  if (patch.kind === 'refused') return patch;
  if (parentOf(id) !== '/' || id === '/')
    return notValid([{ path: '/', errors: ['Path needs to be top-level'] }]);
  const group = findGroup(root, id);
  if (group === undefined) return unknownGroup(id);
  const enforceRole = patch.value.enforceRole ?? false;
  return ok(changeOf(withGroup(root, { ...group, enforceRole, version: now }), id));
}

/** DELETE /v2/groups[/{id}]. */
export function deleteGroup(root: Group, id: PathId): Outcome<GroupChange> {
  if (findGroup(root, id) === undefined) return unknownGroup(id);
  return ok(changeOf(withoutGroup(root, id), id));
}

/** `version` and `scaleBy` stand alone. */
function readAlone(body: unknown): Outcome<GroupUpdate> {
  const read = readGroupUpdate(body);
  if (read.kind === 'refused') return read;
  const details = (['version', 'scaleBy'] as const)
    .filter((member) => read.value[member] !== undefined && Object.keys(read.value).length > 1)
    .map((member) => ({ path: `/${member}`, errors: ['not allowed in conjunction with other properties.'] }));
  return details.length === 0 ? read : notValid(details);
}

function changeOf(root: Group, id: PathId): GroupChange {
  return { root, restarted: [], parent: parentOf(id), id };
}

function rolledBack(
  root: Group,
  id: PathId,
  version: Timestamp,
  { now, lookUp }: { readonly now: Timestamp; readonly lookUp: LookUp },
): Outcome<GroupChange> {
  const oldRoot = lookUp.root(version);
  const old = oldRoot && findGroup(oldRoot, id);
  if (old === undefined) {
    return refused({ kind: 'bad-argument', message: `Group ${id} not available in version ${version}` });
  }
  return ok(changeOf(withGroup(root, { ...old, version: now }), id));
}

function scaled(root: Group, id: PathId, factor: number): Outcome<GroupChange> {
  const group = findGroup(root, id);
  if (group === undefined) return ok(changeOf(root, id));
  const after = mapTree(group, {
    app: (one) => {
      const instances = Math.ceil(one.instances * factor);
      return instances === one.instances ? one : { ...one, instances };
    },
  });
  const most = Math.max(0, ...appsBelow(after).map((app) => app.instances));
  if (most > mostInstances) {
    return notValid([
      { path: '/scaleBy', errors: [`got ${most} instances, expected ${mostInstances} or less`] },
    ]);
  }
  return ok(changeOf(withGroup(root, after), id));
}

function updateChecked(root: Group, id: PathId, update: GroupUpdate, now: Timestamp): Outcome<Group> {
  const problems: Problem[] = checkId(id).length > 0 ? [{ path: '/id', errors: checkId(id) }] : [];
  const refusals: Refusal[] = [];
  const group = groupAfter(root, id, update, { now, problems, refusals, touchesApps: namesApps(update) });
  if (problems.length > 0) return notValid(problems);
  const [first] = refusals;
  return first === undefined ? ok(withGroup(root, group)) : refused(first);
}

const roleWithApps =
  'enforceRole cannot be modified in a request that adds, removes or modifies services; please make these changes in separate requests.';

function namesApps(update: GroupUpdate): boolean {
  return update.apps !== undefined || (update.groups?.some(namesApps) ?? false);
}

interface Progress {
  readonly now: Timestamp;
  readonly problems: Problem[];
  /** Of apps; the first one is answered, as Marathon does. */
  readonly refusals: Refusal[];
  /** The request names apps, anywhere. */
  readonly touchesApps: boolean;
}

/** A given list replaces what was there, an absent one leaves it alone. */
function groupAfter(root: Group, id: PathId, update: GroupUpdate, progress: Progress, path = ''): Group {
  const { now, problems, refusals } = progress;
  const current = findGroup(root, id) ?? emptyGroup(id, now);
  const isTopLevel = id !== '/' && parentOf(id) === '/';
  if (update.enforceRole === true && !isTopLevel) {
    const error = `enforceRole can only be set for top-level groups, and ${id} is not top-level`;
    problems.push({ path: `${path}/enforceRole`, errors: [error] });
  }
  const enforceRole = update.enforceRole ?? current.enforceRole;
  if (enforceRole !== current.enforceRole && progress.touchesApps && findGroup(root, id) !== undefined) {
    problems.push({ path: `${path}/enforceRole`, errors: [roleWithApps] });
  }
  const roles = (app: PathId): RoleSettings => {
    const settings = rolesFor(root, app);
    const ours = isTopLevel && enforceRole;
    return ours ? { valid: [...settings.valid, lastSegment(id)], fallback: lastSegment(id) } : settings;
  };

  const apps: Record<PathId, AppDefinition> = {};
  for (const [index, body] of (update.apps ?? []).entries()) {
    const parsed = parseApp(body, { now, base: id, roles });
    if (parsed.kind === 'refused') {
      refusals.push(parsed.refusal);
    } else if (parentOf(parsed.value.id) !== id) {
      problems.push({ path: `${path}/apps(${index})/id`, errors: [`Identifier is not child of '${id}'`] });
    } else {
      apps[parsed.value.id] = parsed.value;
    }
  }
  const groups: Record<PathId, Group> = {};
  for (const [index, child] of (update.groups ?? []).entries()) {
    const childPath = `${path}/groups(${index})`;
    const childId = resolveId(child.id ?? '', id);
    const errors = child.id === undefined ? ['not defined'] : childErrors(childId, id);
    if (errors.length > 0) problems.push({ path: `${childPath}/id`, errors });
    else groups[childId] = groupAfter(root, childId, child, progress, childPath);
  }
  return {
    id,
    apps: update.apps === undefined ? current.apps : apps,
    groups: update.groups === undefined ? current.groups : groups,
    dependencies: update.dependencies?.map((one) => resolveId(one, id)) ?? current.dependencies,
    version: now,
    enforceRole,
  };
}

function childErrors(id: PathId, parent: PathId): readonly string[] {
  return parentOf(id) === parent && id !== parent ? checkId(id) : [`Identifier is not child of '${parent}'`];
}

function notValid(details: readonly Problem[]): Outcome<never> {
  return refused({ kind: 'not-valid', details });
}

function unknownGroup(id: PathId): Outcome<never> {
  return refused({ kind: 'not-found', message: `Group '${id}' does not exist` });
}
