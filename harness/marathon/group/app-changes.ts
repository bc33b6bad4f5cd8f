import type { AppDefinition, Group, Outcome, PathId, Timestamp } from '../definition/index.ts';

const notWritten = (): never => {
  throw new Error('not written yet');
};

/** What a request makes of the tree, before {@link settle} gives it ports and versions. */
export interface TreeChange {
  readonly root: Group;
  /** Apps whose tasks are to be replaced although nothing differs. */
  readonly restarted: readonly PathId[];
  /** The group that `group_change_success` names. */
  readonly parent: PathId;
}

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

/** POST /v2/apps. 409 when the id is taken. */
export function createApp(_root: Group, _body: unknown, _now: Timestamp): Outcome<AppChange> {
  return notWritten();
}

/** PUT and PATCH /v2/apps/{id}. `mayCreate` is what tells PUT from PATCH. */
export function updateApp(
  _root: Group,
  _id: PathId,
  _body: unknown,
  _options: {
    readonly partial: boolean;
    readonly mayCreate: boolean;
    readonly now: Timestamp;
    readonly lookUp: LookUp;
  },
): Outcome<AppChange> {
  return notWritten();
}

/** PUT and PATCH /v2/apps: a list of updates, each with its id. */
export function updateApps(
  _root: Group,
  _body: unknown,
  _options: {
    readonly partial: boolean;
    readonly mayCreate: boolean;
    readonly now: Timestamp;
    readonly lookUp: LookUp;
  },
): Outcome<TreeChange> {
  return notWritten();
}

/** POST /v2/apps/{id}/restart. */
export function restartApp(_root: Group, _id: PathId): Outcome<AppChange> {
  return notWritten();
}

/** DELETE /v2/apps/{id}. `app` is the one that goes. */
export function deleteApp(_root: Group, _id: PathId): Outcome<AppChange> {
  return notWritten();
}
