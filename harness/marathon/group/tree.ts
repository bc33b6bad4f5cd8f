import type { AppDefinition, Group, PathId, Timestamp } from '../definition/index.ts';

const notWritten = (): never => {
  throw new Error('not written yet');
};

export function emptyRoot(_now: Timestamp): Group {
  return notWritten();
}

/** Every app of the group and below it. */
export function appsBelow(_group: Group): readonly AppDefinition[] {
  return notWritten();
}

/** The group itself first, then every group below it. */
export function groupsBelow(_group: Group): readonly Group[] {
  return notWritten();
}

export function findApp(_root: Group, _id: PathId): AppDefinition | undefined {
  return notWritten();
}

export function findGroup(_root: Group, _id: PathId): Group | undefined {
  return notWritten();
}

/** Puts an app where its id says, creating its groups; an empty group of the same id gives way. */
export function withApp(_root: Group, _app: AppDefinition): Group {
  return notWritten();
}

/** Puts a group where its id says, creating the groups above it. The root group's id replaces the whole tree. */
export function withGroup(_root: Group, _group: Group): Group {
  return notWritten();
}

/** Groups that become empty stay. */
export function withoutApp(_root: Group, _id: PathId): Group {
  return notWritten();
}

/** Removing the root group empties it. */
export function withoutGroup(_root: Group, _id: PathId): Group {
  return notWritten();
}
