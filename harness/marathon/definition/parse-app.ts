import type { AppDefinition, Outcome, PathId, Timestamp } from './types.ts';

/** The checked body of a PUT or PATCH: what was given, nothing filled in. */
export interface AppUpdate {
  /** Absolute, if given. */
  readonly id?: PathId;
  /** Set for a rollback, and then nothing else but `id` is. */
  readonly version?: Timestamp;
  /** Members as given, by wire name, without those that are null. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** Reads a complete definition; `base` is the group that relative ids count from. `now` becomes its version. */
export function parseApp(
  _body: unknown,
  _context: { readonly now: Timestamp; readonly base?: PathId },
): Outcome<AppDefinition> {
  throw new Error('not written yet');
}

/** Checks the types of an update; the rules between members wait for {@link applyUpdate}. */
export function parseAppUpdate(_body: unknown, _context?: { readonly base?: PathId }): Outcome<AppUpdate> {
  throw new Error('not written yet');
}

/**
 * The definition after the update. `partial`: members not given keep the value of `current`; otherwise, or without
 * `current`, they get their defaults.
 */
export function applyUpdate(_options: {
  readonly id: PathId;
  readonly current: AppDefinition | undefined;
  readonly update: AppUpdate;
  readonly partial: boolean;
  readonly now: Timestamp;
}): Outcome<AppDefinition> {
  throw new Error('not written yet');
}
