import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { formatDate } from './format-date.ts';
import { Decimal, isList, isObject, type Json, readJson, writeJson } from './matching/json.ts';
import { type PathToken, parsePath } from './matching/path-expression.ts';
import type { ExampleResponse } from './pact.ts';
import type { Generator } from './read-generators.ts';

/** What generated values may depend on. */
export interface Surroundings {
  /** Of the stub itself: links in answers lead back to it. */
  readonly url: string;
  /** Parameters of the states that a test put the provider into. */
  readonly state: Readonly<Record<string, unknown>>;
  readonly now: Date;
}

/** The answer with every generated value in it. What cannot be generated here stays as in the example. */
export function generated(response: ExampleResponse, around: Surroundings): ExampleResponse {
  const { generators, body } = response;
  if (generators.length === 0) return response;
  const headers = new Map(response.headers);
  const inBody = generators.filter(({ part }) => part === 'body');
  const read =
    body.kind === 'present' && inBody.length > 0 ? readJson(body.bytes.toString('utf8')) : undefined;
  for (const one of generators) {
    if (one.part !== 'header') continue;
    const name =
      [...headers.keys()].find((known) => known.toLowerCase() === one.path.toLowerCase()) ?? one.path;
    const value = valueFor(one, headers.get(name)?.[0] ?? '', around);
    headers.set(name, [typeof value === 'string' ? value : writeJson(value)]);
  }
  if (read === undefined || body.kind !== 'present') return { ...response, headers };
  const value = inBody.reduce<Json>(
    (json, one) => replaced(json, parsePath(one.path), (example) => valueFor(one, example, around)),
    read.value,
  );
  return { ...response, headers, body: { ...body, bytes: Buffer.from(writeJson(value)) } };
}

function replaced(json: Json, path: readonly PathToken[], make: (example: Json) => Json): Json {
  const [first, ...rest] = path;
  if (first === undefined) return make(json);
  if (isList(json)) {
    const wanted = typeof first === 'string' ? null : Number(first.field);
    return json.map((one, index) => (wanted === null || wanted === index ? replaced(one, rest, make) : one));
  }
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, one]) => [
      key,
      first === 'any' || (typeof first === 'object' && first.field === key) ? replaced(one, rest, make) : one,
    ]),
  );
}

function valueFor({ type, settings }: Generator, example: Json, { url, state, now }: Surroundings): Json {
  const number = (key: string, otherwise: number): number => Number(settings[key] ?? otherwise);
  switch (type) {
    case 'RandomInt':
      return randomInt(number('min', 0), number('max', 2_147_483_646) + 1);
    case 'RandomDecimal':
      return new Decimal(Number(`${randomInt(1, 10)}.${digits(Math.max(1, number('digits', 10) - 1))}`));
    case 'RandomHexadecimal':
      return randomBytes(number('digits', 10)).toString('hex').slice(0, number('digits', 10)).toUpperCase();
    case 'RandomString':
      return Array.from({ length: number('size', 20) }, () => letters[randomInt(letters.length)]).join('');
    case 'RandomBoolean':
      return randomInt(2) === 1;
    case 'Uuid':
      return uuidAs(String(settings.format ?? 'lower-case-hyphenated'));
    case 'Date':
    case 'Time':
    case 'DateTime':
      return typeof settings.expression === 'string'
        ? example
        : (formatDate(now, String(settings.format ?? defaultFormats[type])) ?? example);
    case 'MockServerURL':
      return mockUrl(String(settings.example ?? example), String(settings.regex ?? ''), url);
    case 'ProviderState':
      return fromState(String(settings.expression ?? ''), state) ?? example;
    default:
      return example;
  }
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const defaultFormats = { Date: 'yyyy-MM-dd', Time: 'HH:mm:ss', DateTime: "yyyy-MM-dd'T'HH:mm:ss" } as const;

function digits(count: number): string {
  // The last one is no zero, so that as many are written as are asked for.
  return Array.from({ length: count }, (_, index) => randomInt(index === count - 1 ? 1 : 0, 10)).join('');
}

function uuidAs(format: string): string {
  const uuid = randomUUID();
  if (format === 'simple') return uuid.replaceAll('-', '');
  if (format === 'upper-case-hyphenated') return uuid.toUpperCase();
  return format === 'URN' ? `urn:uuid:${uuid}` : uuid;
}

/** The example's address with its host replaced: the part that the expression captures is the path. */
function mockUrl(example: string, regex: string, url: string): string {
  const path = URL.canParse(example) ? example.slice(new URL(example).origin.length) : example;
  try {
    const captured = new RegExp(regex).exec(example)?.[1];
    return `${url}${captured ?? path}`;
  } catch {
    return `${url}${path}`;
  }
}

/** `${id}` within a text, or the name alone; undefined where a state says nothing of it. */
function fromState(expression: string, state: Readonly<Record<string, unknown>>): Json | undefined {
  const names = [...expression.matchAll(/\$\{(?<name>[^}]+)\}/g)].map(({ groups }) => groups?.name ?? '');
  const [only] = names;
  if ((names.length === 0 ? [expression] : names).some((name) => !Object.hasOwn(state, name)))
    return undefined;
  if (names.length === 0) return state[expression] as Json;
  if (only !== undefined && expression === `\${${only}}`) return state[only] as Json;
  return expression.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => String(state[name]));
}
