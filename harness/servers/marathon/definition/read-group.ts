import { ok, refused } from './outcome.ts';
import { mostSegments } from './path-id.ts';
import {
  bool,
  decimal,
  fail,
  list,
  object,
  optional,
  type Reader,
  read,
  set,
  text,
  timestamp,
} from './reader.ts';
import { app, pathId } from './shape-app.ts';
import type { Outcome, Timestamp } from './types.ts';

/** The checked body of a group request. Apps are complete definitions, to be parsed by whoever knows their group. */
export interface GroupUpdate {
  readonly id?: string;
  readonly apps?: readonly unknown[];
  readonly groups?: readonly GroupUpdate[];
  readonly dependencies?: readonly string[];
  readonly scaleBy?: number;
  readonly version?: Timestamp;
  readonly enforceRole?: boolean;
}

const noPods: Reader<readonly never[]> = (json, at) =>
  Array.isArray(json) && json.length === 0 ? [] : fail(at, 'pods are not supported');

/** Reads itself inside of itself, but not for ever. */
const groupUpdate: Reader<GroupUpdate> = (json, at) =>
  at.path.split('/groups(').length > mostSegments
    ? fail(at, `groups must not be nested more than ${mostSegments} deep`)
    : shape(json, at);

const shape = object({
  id: optional(pathId),
  apps: optional(list(app)),
  groups: optional(list(groupUpdate)),
  dependencies: optional(set(text())),
  /** What `GET` prints for those who send it back. */
  pods: optional(noPods),
  scaleBy: optional(decimal({ min: 0 })),
  version: optional(timestamp),
  enforceRole: optional(bool),
});

/** The body of POST and PUT. Problems of the apps' members are told here, with their place in the group. */
export function readGroupUpdate(body: unknown): Outcome<GroupUpdate> {
  const result = read(groupUpdate, body);
  return result.kind === 'read'
    ? ok(result.value)
    : refused({ kind: 'invalid-json', details: result.problems });
}

/** The body of PATCH. */
export function readGroupPatch(body: unknown): Outcome<Pick<GroupUpdate, 'enforceRole'>> {
  const result = read(object({ enforceRole: optional(bool) }), body);
  return result.kind === 'read'
    ? ok(result.value)
    : refused({ kind: 'invalid-json', details: result.problems });
}
