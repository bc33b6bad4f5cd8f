import type { Problem } from './types.ts';

/**
 * Readers of JSON in the manner of Marathon's (play-json): every member is tried, every failure is kept under its path, `null`
 * counts as absent, unknown members are passed over. The error texts are what clients see, so they are spelled as there.
 */
export type Reader<T> = (json: unknown, at: Place) => T | typeof unreadable;

/** What a reader answers when it has reported a problem. */
export const unreadable: unique symbol = Symbol('unreadable');

/** Where in the body a reader stands, and where it reports to. */
export interface Place {
  /** Empty at the root. */
  readonly path: string;
  readonly problems: Map<string, Set<string>>;
}

/** Runs a reader over a whole body. */
export function read<T>(
  reader: Reader<T>,
  json: unknown,
):
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] } {
  const problems = new Map<string, Set<string>>();
  const value = reader(json, { path: '', problems });
  if (value !== unreadable && problems.size === 0) return { kind: 'read', value };
  return {
    kind: 'problems',
    problems: [...problems].map(([path, errors]) => ({
      path: path === '' ? '/' : path,
      errors: [...errors],
    })),
  };
}

/** Reports problems at a place. */
export function fail(at: Place, ...errors: readonly string[]): typeof unreadable {
  const known = at.problems.get(at.path) ?? new Set();
  for (const error of errors) known.add(error);
  at.problems.set(at.path, known);
  return unreadable;
}

/** Lengths in UTF-16 units, as Marathon counts them. */
export function text(limits: TextLimits = {}): Reader<string> {
  return (json, at) => {
    if (typeof json !== 'string') return fail(at, 'error.expected.jsstring');
    const errors: string[] = [];
    if (limits.minLength !== undefined && json.length < limits.minLength) errors.push('error.minLength');
    if (limits.maxLength !== undefined && json.length > limits.maxLength) errors.push('error.maxLength');
    if (limits.pattern !== undefined && !limits.pattern.test(json)) errors.push('error.pattern');
    return errors.length === 0 ? json : fail(at, ...errors);
  };
}

interface TextLimits {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Of the whole text. */
  readonly pattern?: Pick<RegExp, 'test'>;
}

interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
}

/** Any finite number; both bounds belong to what is allowed. */
export function decimal(limits: NumberLimits = {}): Reader<number> {
  return (json, at) => {
    if (typeof json !== 'number' || !Number.isFinite(json)) return fail(at, 'error.expected.jsnumber');
    if (limits.min !== undefined && json < limits.min) return fail(at, 'error.min');
    if (limits.max !== undefined && json > limits.max) return fail(at, 'error.max');
    return json;
  };
}

/** A whole number of 32 bits, or with `long` of as many as a double holds. */
export function whole(limits: NumberLimits & { readonly long?: boolean } = {}): Reader<number> {
  const inner = decimal(limits);
  const fits =
    limits.long === true
      ? Number.isSafeInteger
      : (value: number) => Number.isInteger(value) && (value | 0) === value;
  return (json, at) => {
    if (typeof json === 'number' && !fits(json)) {
      return fail(at, limits.long === true ? 'error.expected.long' : 'error.expected.int');
    }
    return inner(json, at);
  };
}

/** `true` and `false`, not their texts. */
export const bool: Reader<boolean> = (json, at) =>
  typeof json === 'boolean' ? json : fail(at, 'error.expected.jsboolean');

/** Read in any case, answered as spelled here. */
export function oneOf<const T extends string>(...values: readonly T[]): Reader<T> {
  const byLowerCase = new Map(values.map((value) => [value.toLowerCase(), value]));
  return (json, at) => {
    const value = typeof json === 'string' ? byLowerCase.get(json.toLowerCase()) : undefined;
    return value ?? fail(at, 'error.unknown.enum.literal');
  };
}

/** Normalised to UTC with three fraction digits. */
export const timestamp: Reader<string> = (json, at) => {
  if (typeof json !== 'string') return fail(at, 'error.expected.date');
  const time = /^\d{4}-\d\d-\d\dT/.test(json) ? Date.parse(json) : Number.NaN;
  return Number.isNaN(time) ? fail(at, 'error.expected.date.isoformat') : new Date(time).toISOString();
};

/** Every element is read, so that all that is wrong is told at once. */
export function list<T>(item: Reader<T>, limits: { readonly minLength?: number } = {}): Reader<readonly T[]> {
  return (json, at) => {
    if (!Array.isArray(json)) return fail(at, 'error.expected.jsarray');
    if (limits.minLength !== undefined && json.length < limits.minLength) return fail(at, 'error.minLength');
    const values: T[] = [];
    json.forEach((element: unknown, index) => {
      const value = item(element, { ...at, path: `${at.path}(${index})` });
      if (value !== unreadable) values.push(value);
    });
    return values.length === json.length ? values : unreadable;
  };
}

/** A list whose repeated elements count once. */
export function set<T>(item: Reader<T>, limits: { readonly minLength?: number } = {}): Reader<readonly T[]> {
  const inner = list(item, limits);
  return (json, at) => {
    const values = inner(json, at);
    return values === unreadable
      ? values
      : [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  };
}

/** An object of which only the values have a type. */
export function map<T>(item: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (json, at) => {
    if (!isObject(json)) return fail(at, 'error.expected.jsobject');
    const entries: [string, T][] = [];
    for (const [key, element] of Object.entries(json)) {
      const value = item(element, { ...at, path: `${at.path}/${key}` });
      if (value !== unreadable) entries.push([key, value]);
    }
    return entries.length === Object.keys(json).length ? Object.fromEntries(entries) : unreadable;
  };
}

/** The first reader that does not fail; the report is that of the last one. */
export function either<A, B>(first: Reader<A>, second: Reader<B>): Reader<A | B> {
  return (json, at) => {
    const value = first(json, { path: at.path, problems: new Map() });
    return value === unreadable ? second(json, at) : value;
  };
}

/** Any object, kept as it came. */
export const anyObject: Reader<Readonly<Record<string, unknown>>> = (json, at) =>
  isObject(json) ? json : fail(at, 'error.expected.jsobject');

interface Field<T, Presence extends 'required' | 'optional' | 'default'> {
  readonly presence: Presence;
  readonly reader: Reader<T>;
  readonly fallback?: T;
}

/** Its absence is a problem. */
export const required = <T>(reader: Reader<T>): Field<T, 'required'> => ({ presence: 'required', reader });
/** Left out of the value when it is absent. */
export const optional = <T>(reader: Reader<T>): Field<T, 'optional'> => ({ presence: 'optional', reader });
/** Takes the fallback when it is absent. */
export const orElse = <T>(reader: Reader<T>, fallback: T): Field<T, 'default'> => ({
  presence: 'default',
  reader,
  fallback,
});

/** Members of an object by wire name, in the order in which problems are told. */
export type Shape = Readonly<Record<string, Field<unknown, 'required' | 'optional' | 'default'>>>;

type ValueOf<F> = F extends { readonly reader: Reader<infer T> } ? T : never;
type OptionalKeys<S> = {
  [K in keyof S]: S[K] extends { readonly presence: 'optional' } ? K : never;
}[keyof S];

/** What {@link object} makes of a shape. */
export type Read<S> = { readonly [K in Exclude<keyof S, OptionalKeys<S>>]: ValueOf<S[K]> } & {
  readonly [K in OptionalKeys<S>]?: ValueOf<S[K]>;
};

/** What {@link partialObject} makes of a shape. */
export type ReadPartial<S> = { readonly [K in keyof S]?: ValueOf<S[K]> };

/** Reads the members of the shape and passes over all others. */
export function object<S extends Shape>(shape: S): Reader<Read<S>> {
  return (json, at) => {
    const members = readMembers(shape, json, at, 'with-defaults');
    return members === unreadable ? members : (members as Read<S>);
  };
}

/** As {@link object}, with every member optional and without defaults. */
export function partialObject<S extends Shape>(shape: S): Reader<ReadPartial<S>> {
  return (json, at) => {
    const members = readMembers(shape, json, at, 'as-given');
    return members === unreadable ? members : (members as ReadPartial<S>);
  };
}

function readMembers(
  shape: Shape,
  json: unknown,
  at: Place,
  absent: 'with-defaults' | 'as-given',
): Record<string, unknown> | typeof unreadable {
  if (!isObject(json)) return fail(at, 'error.expected.jsobject');
  const members: Record<string, unknown> = {};
  let failed = false;
  for (const [name, field] of Object.entries(shape)) {
    const there = { ...at, path: `${at.path}/${name}` };
    const raw = Object.hasOwn(json, name) ? (json[name] ?? undefined) : undefined;
    if (raw !== undefined) {
      const value = field.reader(raw, there);
      if (value === unreadable) failed = true;
      else members[name] = value;
    } else if (absent === 'with-defaults' && field.presence === 'required') {
      fail(there, `'${name}' is undefined on object: ${JSON.stringify(json)}`);
      failed = true;
    } else if (absent === 'with-defaults' && field.presence === 'default') {
      members[name] = field.fallback;
    }
  }
  return failed ? unreadable : members;
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
