import type { Group, Outcome, PathId, Timestamp } from '../definition/index.ts';
import type { LookUp, TreeChange } from './app-changes.ts';

const notWritten = (): never => {
  throw new Error('not written yet');
};

/** A group request's change, with the id of the group it is about. */
export type GroupChange = TreeChange & { readonly id: PathId };

/** POST /v2/groups and /v2/groups/{base}: the body's id counts from `base`. 409 when the group holds anything, or an app has the id. */
export function createGroup(
  _root: Group,
  _base: PathId,
  _body: unknown,
  _now: Timestamp,
): Outcome<GroupChange> {
  return notWritten();
}

/** PUT /v2/groups[/{id}]: also creates, scales (`scaleBy`) and goes back to a version (`version`). */
export function updateGroup(
  _root: Group,
  _id: PathId,
  _body: unknown,
  _options: { readonly now: Timestamp; readonly lookUp: LookUp },
): Outcome<GroupChange> {
  return notWritten();
}

/** PATCH /v2/groups/{id}: only `enforceRole`. */
export function patchGroup(_root: Group, _id: PathId, _body: unknown, _now: Timestamp): Outcome<GroupChange> {
  return notWritten();
}

/** DELETE /v2/groups[/{id}]. */
export function deleteGroup(_root: Group, _id: PathId, _now: Timestamp): Outcome<GroupChange> {
  return notWritten();
}
