/**
 * A small description language for protobuf messages, enough to read their JSON form the way Mesos does. It exists
 * because Mesos' reader is lenient in ways that no schema library shares (see `read.ts`).
 */
export type ScalarType = 'string' | 'bytes' | 'bool' | 'double' | 'limit' | 'int' | 'int64' | 'object';

export interface EnumType {
  readonly kind: 'enum';
  readonly names: ReadonlySet<string>;
}

export interface MessageType<T> {
  readonly kind: 'message';
  readonly name: string;
  /** Never set: it carries the type of what reading yields. */
  readonly yields?: T;
  readonly fields: ReadonlyMap<string, Field>;
  readonly required: readonly string[];
  readonly lists: readonly string[];
}

/** A message that is defined further down, or by itself. */
type Lazy = () => MessageType<unknown>;

export interface Field {
  readonly label: 'optional' | 'required' | 'repeated' | 'list' | 'map';
  /**
   * `double` turns "Infinity" into the number, `limit` keeps the word; `int` stays where numbers are exact, `int64` may
   * be rounded, as the nanoseconds of today are; `object` keeps any JSON object as it is.
   */
  readonly type: ScalarType | EnumType | MessageType<unknown> | Lazy;
}

export const optional = (type: Field['type']): Field => ({ label: 'optional', type });
export const required = (type: Field['type']): Field => ({ label: 'required', type });
export const repeated = (type: Field['type']): Field => ({ label: 'repeated', type });
/** Repeated, and an empty list when absent: for members that the type does not call optional. */
export const list = (type: Field['type']): Field => ({ label: 'list', type });
/** A map from strings. */
export const map = (type: Field['type']): Field => ({ label: 'map', type });

export function oneOf(...names: readonly string[]): EnumType {
  return { kind: 'enum', names: new Set(names) };
}

/** Names every member of `T`, so that a member added to the type cannot be forgotten here. */
export function message<T>(name: string, fields: { readonly [K in keyof T]-?: Field }): MessageType<T> {
  const entries = Object.entries<Field>(fields);
  const labelled = (label: Field['label']): string[] =>
    entries.filter(([, field]) => field.label === label).map(([key]) => key);
  return {
    kind: 'message',
    name,
    fields: new Map(entries),
    required: labelled('required'),
    lists: labelled('list'),
  };
}
