import { ok, refused } from './outcome.ts';
import { resolveId } from './path-id.ts';
import { read } from './reader.ts';
import { rewriteApp, rewriteUpdate } from './rewrite-old-forms.ts';
import { defaultRoleOf, mixedPortProblems, oldFormProblems, problems, type RoleSettings } from './rules.ts';
import { rawOf, settleApp } from './settle-app.ts';
import { app as appReader, appUpdate, type RawApp, type RawUpdate } from './shape-app.ts';
import type { AppDefinition, Outcome, PathId, Timestamp } from './types.ts';
import { grouped, type Violation } from './violation.ts';

/** The checked body of a PUT or PATCH: what was given, nothing filled in. */
export interface AppUpdate {
  /** Absolute, if given. */
  readonly id?: PathId;
  /** Set for a rollback, and then nothing else but `id` is. */
  readonly version?: Timestamp;
  /** Members as given, by wire name, without those that are null, in the forms in use now. */
  readonly given: RawUpdate;
}

/** Which roles an app may have depends on where it stands. */
type RolesFor = (id: PathId) => RoleSettings;

const onlyDefaultRole: RolesFor = () => ({ valid: ['*'], fallback: '*' });

/** Reads a complete definition; `base` is the group that relative ids count from. `now` becomes its version. */
export function parseApp(
  body: unknown,
  context: { readonly now: Timestamp; readonly base?: PathId; readonly roles?: RolesFor },
): Outcome<AppDefinition> {
  const result = read(appReader, body);
  if (result.kind === 'problems') return refused({ kind: 'invalid-json', details: result.problems });
  const given = withAbsoluteIds(result.value, context.base);
  return completeApp(given, context.now, context.roles ?? onlyDefaultRole, mixedPortProblems(given));
}

/** Checks the types of an update; the rules between members wait for {@link applyUpdate}. */
export function parseAppUpdate(body: unknown, context: { readonly base?: PathId } = {}): Outcome<AppUpdate> {
  const result = read(appUpdate, body);
  if (result.kind === 'problems') return refused({ kind: 'invalid-json', details: result.problems });
  const { id, version, ...members } = withAbsoluteIds(result.value, context.base);
  if (version !== undefined && Object.keys(members).length > 0) {
    const error = "The 'version' field may only be combined with the 'id' field.";
    return refused({ kind: 'not-valid', details: [{ path: '/', errors: [error] }] });
  }
  const mixed = grouped([...oldFormProblems(members), ...mixedPortProblems(members)]);
  if (mixed.length > 0) return refused({ kind: 'not-valid', details: mixed });
  const rewritten = rewriteUpdate(members);
  if (rewritten.kind === 'refused') return rewritten;
  return ok({
    ...(id !== undefined && { id }),
    ...(version !== undefined && { version }),
    given: rewritten.value,
  });
}

/**
 * The definition after the update. `partial`: members not given keep the value of `current`; otherwise, or without
 * `current`, they get their defaults.
 */
export function applyUpdate(options: {
  readonly id: PathId;
  readonly current: AppDefinition | undefined;
  readonly update: AppUpdate;
  readonly partial: boolean;
  readonly now: Timestamp;
  readonly roles?: RolesFor;
}): Outcome<AppDefinition> {
  const { id, current, update, now, roles = onlyDefaultRole } = options;
  const kept = options.partial && current !== undefined ? rawOf(current) : {};
  const result = read(appReader, { ...kept, ...update.given, id });
  if (result.kind === 'problems') return refused({ kind: 'invalid-json', details: result.problems });
  return completeApp(result.value, now, roles);
}

function completeApp(
  given: RawApp,
  now: Timestamp,
  rolesFor: RolesFor,
  earlier: Iterable<Violation> = [],
): Outcome<AppDefinition> {
  const oldForms = grouped([...oldFormProblems(given), ...earlier]);
  if (oldForms.length > 0) return refused({ kind: 'not-valid', details: oldForms });
  const rewritten = rewriteApp(given);
  if (rewritten.kind === 'refused') return rewritten;
  const roles = rolesFor(given.id);
  const details = grouped(problems(rewritten.value, roles));
  if (details.length > 0) return refused({ kind: 'not-valid', details });
  return ok(settleApp(rewritten.value, now, defaultRoleOf(rewritten.value, roles)));
}

function withAbsoluteIds<T extends { readonly id?: string; readonly dependencies?: readonly string[] }>(
  app: T,
  base: PathId = '/',
): T {
  return {
    ...app,
    ...(app.id !== undefined && { id: resolveId(app.id, base) }),
    ...(app.dependencies && { dependencies: app.dependencies.map((one) => resolveId(one, base)) }),
  };
}
