import type { Field, MessageType } from './schema.ts';

/** The JSON does not convert to the message. The text is the one Mesos gives. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** As protobuf's own limit: deeper messages are refused, not followed. */
const deepestNesting = 100;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Converts parsed JSON to a message as Mesos' own reader does: unknown keys are ignored, null is absence, numbers and
 * booleans may be strings, a lone value may stand for a list of one, an unknown enum name counts as absent.
 * Members without a value are absent from the result; defaults are the reader's business.
 *
 * @throws WireError naming the field; "Missing required fields: …" lists every one of them.
 */
export function readMessage<T>(type: MessageType<T>, json: unknown): T {
  if (!isObject(json)) throw new WireError('Expecting a JSON object');
  const missing: string[] = [];
  const result = convertMessage(type, json, { path: '', depth: 0, missing });
  if (missing.length > 0) throw new WireError(`Missing required fields: ${missing.join(', ')}`);
  return result as T;
}

/** Where the reader stands; `missing` collects the paths of absent required fields. */
interface Position {
  readonly path: string;
  readonly depth: number;
  readonly missing: string[];
}

type JsonObject = { readonly [key: string]: Json };

function convertMessage(type: MessageType<unknown>, json: JsonObject, at: Position): Record<string, unknown> {
  checkDepth(at);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(json)) {
    const field = type.fields.get(key);
    if (field === undefined) continue;
    const converted = convertField(field, key, value, at);
    if (converted !== undefined) result[key] = converted;
  }
  for (const key of type.lists) result[key] ??= [];
  for (const key of type.required) if (!(key in result)) at.missing.push(at.path + key);
  return result;
}

function checkDepth({ depth, path }: Position): void {
  if (depth > deepestNesting) throw new WireError(`Message is nested too deeply at '${path}'`);
}

/** For values that are kept as they are: whoever walks through them later must not run out of stack. */
function checkNesting(value: Json, at: Position): void {
  if (typeof value !== 'object' || value === null) return;
  checkDepth(at);
  for (const member of Object.values(value)) checkNesting(member, { ...at, depth: at.depth + 1 });
}

function convertField(field: Field, name: string, value: Json, at: Position): unknown {
  switch (field.label) {
    case 'repeated':
    case 'list': {
      const items: unknown[] = [];
      appendItems(items, field, name, value, at);
      return items.length > 0 ? items : undefined;
    }
    case 'map':
      return convertMap(field, name, value, at);
    case 'optional':
    case 'required':
      if (Array.isArray(value)) throw new WireError(`Not expecting a JSON array for field '${name}'`);
      return convertValue(field, name, value, at, `${at.path}${name}.`);
  }
}

function appendItems(items: unknown[], field: Field, name: string, value: Json, at: Position): void {
  if (isArray(value)) {
    checkDepth(at);
    for (const item of value) appendItems(items, field, name, item, { ...at, depth: at.depth + 1 });
    return;
  }
  const item = convertValue(field, name, value, at, `${at.path}${name}[${items.length}].`);
  if (item !== undefined) items.push(item);
}

function convertMap(field: Field, name: string, value: Json, at: Position): unknown {
  if (value === null) return undefined;
  if (!isObject(value)) throw new WireError(`Not expecting a JSON ${kindOf(value)} for field '${name}'`);
  const entries: [string, unknown][] = [];
  for (const [key, entry] of Object.entries(value)) {
    const converted = convertField({ ...field, label: 'optional' }, 'value', entry, {
      ...at,
      path: `${at.path}${name}[${key}].`,
    });
    if (converted !== undefined) entries.push([key, converted]);
  }
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function convertValue(field: Field, name: string, value: Json, at: Position, path: string): unknown {
  if (value === null) return undefined;
  const type = typeof field.type === 'function' ? field.type() : field.type;
  if (typeof type === 'string') {
    if (type === 'object') checkNesting(value, at);
    return convertScalar(type, name, value);
  }
  if (type.kind === 'message') {
    if (!isObject(value)) throw notExpecting(name, value);
    return convertMessage(type, value, { path, depth: at.depth + 1, missing: at.missing });
  }
  if (typeof value !== 'string') throw notExpecting(name, value);
  if (type.names.has(value)) return value;
  if (field.label === 'required') throw new WireError(`Failed to find enum for '${value}'`);
  return undefined;
}

function convertScalar(type: string, name: string, value: Json): unknown {
  switch (type) {
    case 'string':
      if (typeof value === 'string') return value;
      break;
    case 'bytes':
      if (typeof value === 'string') return checkBase64(name, value);
      break;
    case 'bool':
      if (typeof value === 'boolean') return value;
      if (typeof value === 'string') return parseText(name, value, 'boolean');
      break;
    case 'double':
      if (typeof value === 'number') return value;
      if (value === 'Infinity') return Number.POSITIVE_INFINITY;
      if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
      if (typeof value === 'string') return parseText(name, value, 'number');
      break;
    case 'limit': {
      const limit = convertScalar('double', name, value);
      return limit === Number.POSITIVE_INFINITY ? 'Infinity' : limit;
    }
    case 'int':
    case 'int64': {
      const largest = type === 'int' ? Number.MAX_SAFE_INTEGER : largestInt64;
      if (typeof value === 'number') return toInteger(value, largest);
      if (typeof value === 'string') return toInteger(Number(parseText(name, value, 'number')), largest);
      break;
    }
    case 'object':
      if (isObject(value)) return value;
      break;
  }
  throw notExpecting(name, value);
}

/** Of the numbers of JavaScript. */
const largestInt64 = 2 ** 63 - 1024;

function toInteger(value: number, largest: number): number {
  return Math.max(-largest, Math.min(largest, Math.trunc(value)));
}

function parseText(name: string, text: string, wanted: 'number' | 'boolean'): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed === wanted) return parsed;
  throw new WireError(`Failed to parse '${text}' as a JSON ${wanted} for field '${name}'`);
}

function checkBase64(name: string, text: string): string {
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return text;
  throw new WireError(`Failed to base64 decode bytes field '${name}'`);
}

function notExpecting(name: string, value: Json): WireError {
  return new WireError(`Not expecting a JSON ${kindOf(value)} for field '${name}'`);
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
