/** A JSON number written with a point or an exponent. Pact tells `2.0` from `2`, which a JavaScript number cannot. */
export class Decimal {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A JSON value as Pact tells them apart: whole numbers are `number` or `bigint`, all others {@link Decimal}. */
export type Json = null | boolean | string | number | bigint | Decimal | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** As deep as Pact's own parser goes; deeper text is refused rather than walked. */
const depthLimit = 127;

/** Reads JSON text; undefined when it is none, or nested deeper than Pact reads. */
export function readJson(text: string): { readonly value: Json } | undefined {
  if (depthOf(text) > depthLimit) return undefined;
  try {
    return { value: parseJson(text) };
  } catch {
    return undefined;
  }
}

/** As `JSON.parse`, but that decimals and big numbers stay what they are. @throws SyntaxError */
export function parseJson(text: string): Json {
  return (JSON.parse as ParseWithSource)(text, keepNumbers) as Json;
}

/** The same value in JavaScript's own numbers, for people and for comparing with what a test says. */
export function toPlain(value: Json): unknown {
  if (value instanceof Decimal) return value.value;
  if (typeof value === 'bigint') return Number(value);
  if (isList(value)) return value.map(toPlain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toPlain(one)]));
}

/** Writes a value as Pact would: no spaces, decimals with their point. */
export function writeJson(value: Json): string {
  if (value instanceof Decimal) return writeDecimal(value.value);
  if (typeof value === 'bigint') return String(value);
  if (isList(value)) return `[${value.map(writeJson).join(',')}]`;
  if (isObject(value)) {
    return `{${Object.entries(value)
      .map(([key, one]) => `${JSON.stringify(key)}:${writeJson(one)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Equality as Pact has it: keys in any order, and `1` is not `1.0`. */
export function sameJson(a: Json, b: Json): boolean {
  if (a instanceof Decimal) return b instanceof Decimal && a.value === b.value;
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((one, index) => sameJson(one, b[index] ?? null));
  if (!isObject(a)) return a === b;
  if (!isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key] ?? null, b[key] ?? null))
  );
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);
}

export function isInteger(value: Json): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The name of a value's type as people read it. */
export function typeName(value: Json): string {
  if (value === null) return 'null';
  if (isInteger(value) || value instanceof Decimal) return 'number';
  return isList(value) ? 'array' : typeof value;
}

/** What the reviver is given besides key and value: the text of a number. TypeScript's library does not know it yet. */
type ParseWithSource = (
  text: string,
  revive: (key: string, value: unknown, context?: { readonly source?: string }) => unknown,
) => unknown;

function keepNumbers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number') return value;
  const source = context?.source ?? String(value);
  if (/[.eE]/.test(source) || source === '-0') return new Decimal(value);
  return Number.isSafeInteger(value) ? value : bigInteger(source, value);
}

/** Beyond 64 bits, Pact's parser goes over to floating point. */
function bigInteger(source: string, value: number): bigint | Decimal {
  const whole = BigInt(source);
  return whole >= -(2n ** 63n) && whole < 2n ** 64n ? whole : new Decimal(value);
}

function writeDecimal(value: number): string {
  const text = String(value).replace('e+', 'e');
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** How deep brackets are nested, strings left out. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}
