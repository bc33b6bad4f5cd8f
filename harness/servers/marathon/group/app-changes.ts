import {
  type AppDefinition,
  type AppUpdate,
  applyUpdate,
  type Group,
  type Outcome,
  ok,
  type PathId,
  parentOf,
  parseApp,
  parseAppUpdate,
  type Refusal,
  refused,
  type Timestamp,
} from '../definition/index.ts';
import { rolesFor } from './roles.ts';
import { findApp, withApp, withoutApp } from './tree.ts';

/** What a request makes of the tree, before `settle` gives it ports and versions. */
export interface TreeChange {
  readonly root: Group;
  /** Apps whose tasks are to be replaced although nothing differs. */
  readonly restarted: readonly PathId[];
  /** The group that `group_change_success` names. */
  readonly parent: PathId;
}

/** A change that is about one app. */
export interface AppChange extends TreeChange {
  /** As the request reads, service ports of 0 included. */
  readonly app: AppDefinition;
  readonly created: boolean;
}

/** Finds old states. Only asked for rollbacks. */
export interface LookUp {
  app(id: PathId, version: Timestamp): AppDefinition | undefined;
  /** The whole tree as it was in that version. */
  root(version: Timestamp): Group | undefined;
}

/** What PUT and PATCH of apps leave to the request. */
export interface UpdateOptions {
  readonly partial: boolean;
  /** What tells PUT from PATCH. */
  readonly mayCreate: boolean;
  readonly now: Timestamp;
  readonly lookUp: LookUp;
}

/** POST /v2/apps. 409 when the id is taken. */
export function createApp(root: Group, body: unknown, now: Timestamp): Outcome<AppChange> {
  const parsed = parseApp(body, { now, roles: (id) => rolesFor(root, id) });
  if (parsed.kind === 'refused') return parsed;
  const { id } = parsed.value;
  if (findApp(root, id) !== undefined) {
    return refused({ kind: 'conflict', message: `An app with id [${id}] already exists.` });
  }
  return ok(put(root, parsed.value, true));
}

/** PUT and PATCH /v2/apps/{id}. */
export function updateApp(
  root: Group,
  id: PathId,
  body: unknown,
  options: UpdateOptions,
): Outcome<AppChange> {
  const update = parseAppUpdate(body);
  return update.kind === 'refused' ? update : changeOne(root, id, update.value, options);
}

/** PUT and PATCH /v2/apps: a list of updates, each with its id. */
export function updateApps(root: Group, body: unknown, options: UpdateOptions): Outcome<TreeChange> {
  if (!Array.isArray(body)) {
    return refused({ kind: 'invalid-json', details: [{ path: '/', errors: ['error.expected.jsarray'] }] });
  }
  let changed = root;
  for (const [index, element] of body.entries()) {
    const update = parseAppUpdate(element);
    if (update.kind === 'refused') return atIndex(update.refusal, index);
    const { id } = update.value;
    if (id === undefined) {
      const details = [{ path: '/id', errors: [`'id' is undefined on object: ${JSON.stringify(element)}`] }];
      return atIndex({ kind: 'invalid-json', details }, index);
    }
    const one = changeOne(changed, id, update.value, options);
    if (one.kind === 'refused') return one;
    changed = one.value.root;
  }
  return ok({ root: changed, restarted: [], parent: '/' });
}

/** POST /v2/apps/{id}/restart. */
export function restartApp(root: Group, id: PathId): Outcome<AppChange> {
  const app = findApp(root, id);
  if (app === undefined) return unknownApp(id);
  return ok({ root, restarted: [id], parent: parentOf(id), app, created: false });
}

/** DELETE /v2/apps/{id}. `app` is the one that goes. */
export function deleteApp(root: Group, id: PathId): Outcome<AppChange> {
  const app = findApp(root, id);
  if (app === undefined) return unknownApp(id);
  return ok({ root: withoutApp(root, id), restarted: [], parent: parentOf(id), app, created: false });
}

function changeOne(
  root: Group,
  id: PathId,
  update: AppUpdate,
  { partial, mayCreate, now, lookUp }: UpdateOptions,
): Outcome<AppChange> {
  const current = findApp(root, id);
  if (current === undefined && !mayCreate) return unknownApp(id);
  if (current !== undefined && update.version !== undefined) {
    const old = lookUp.app(id, update.version);
    return old === undefined ? unknownApp(id) : ok(put(root, old, false));
  }
  const app = applyUpdate({ id, current, update, partial, now, roles: (of) => rolesFor(root, of) });
  return app.kind === 'refused' ? app : ok(put(root, app.value, current === undefined));
}

function put(root: Group, app: AppDefinition, created: boolean): AppChange {
  return { root: withApp(root, app), restarted: [], parent: parentOf(app.id), app, created };
}

function unknownApp(id: PathId): Outcome<never> {
  return refused({ kind: 'not-found', message: `App '${id}' does not exist` });
}

/** Problems of types are told with the place in the list; broken rules, as in Marathon, are not. */
function atIndex(refusal: Refusal, index: number): Outcome<never> {
  if (refusal.kind !== 'invalid-json') return refused(refusal);
  const details = refusal.details.map(({ path, errors }) => ({
    path: path === '/' ? `(${index})` : `(${index})${path}`,
    errors,
  }));
  return refused({ kind: 'invalid-json', details });
}
