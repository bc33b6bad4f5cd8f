import { matchesContentType } from './content-signature.ts';
import { Decimal, isInteger, isList, isObject, type Json, sameJson, typeName, writeJson } from './json.ts';
import { judgeWording, type Refusal } from './judge-text.ts';
import type { Rule } from './rule-tree.ts';

/** Judges one value of a JSON body that is neither list nor object, or where a rule looks at the whole value. */
export function judgeJson(rule: Rule, actual: Json, expected: Json): Refusal {
  switch (rule.kind) {
    case 'equality':
    case 'values':
      return sameJson(actual, expected) ? undefined : writeJson(expected);
    case 'type':
      return typeName(actual) === typeName(expected) ? undefined : withArticle(typeName(expected));
    case 'number':
      return isInteger(actual) || actual instanceof Decimal ? undefined : 'a number';
    case 'integer':
      return isInteger(actual) ? undefined : 'an integer';
    case 'decimal':
      return actual instanceof Decimal ? undefined : 'a decimal number';
    case 'boolean':
      return typeof actual === 'boolean' || actual === 'true' || actual === 'false' ? undefined : 'a boolean';
    case 'null':
      return actual === null ? undefined : 'null';
    case 'notEmpty':
      return isEmpty(actual) ? 'not to be empty' : undefined;
    case 'semver':
      return typeof actual === 'string' ? judgeWording(rule, actual) : 'a semantic version';
    case 'contentType':
      return matchesContentType(bytesOf(actual), rule.type) ? undefined : `content of the type ${rule.type}`;
    case 'regex':
    case 'include':
    case 'date':
    case 'time':
    case 'datetime':
      return judgeWording(rule, typeof actual === 'string' ? actual : writeJson(actual));
    case 'statusCode':
    case 'arrayContains':
    case 'eachKey':
    case 'eachValue':
    case 'unknown':
      return undefined;
  }
}

/** A list or an object as a rule sees it as a whole; what it holds is compared apart from this. */
export interface Collection {
  readonly kind: 'list' | 'object';
  readonly length: number;
  readonly equalsExample: boolean;
}

const forLists = new Set([
  'number',
  'integer',
  'decimal',
  'boolean',
  'date',
  'time',
  'datetime',
  'include',
  'contentType',
  'semver',
]);
const forAll = new Set(['regex', 'arrayContains', 'eachKey', 'eachValue', 'values']);

/** Judges a list or an object as a whole. */
export function judgeCollection(
  rule: Rule,
  { kind, length, equalsExample }: Collection,
  cascaded: boolean,
): Refusal {
  switch (rule.kind) {
    case 'equality':
      return equalsExample ? undefined : 'to equal the example';
    case 'type':
      if (!cascaded && rule.min !== undefined && length < rule.min) return `at least ${rule.min} elements`;
      if (!cascaded && rule.max !== undefined && length > rule.max) return `at most ${rule.max} elements`;
      return undefined;
    case 'notEmpty':
      return length === 0 ? 'not to be empty' : undefined;
    default:
      if (forAll.has(rule.kind) || (kind === 'list' && forLists.has(rule.kind))) return undefined;
      return `something that the rule ${rule.kind} can judge, which ${kind === 'list' ? 'a list' : 'an object'} is not`;
  }
}

function isEmpty(value: Json): boolean {
  if (value === null || value === '') return true;
  if (isList(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** Text in JSON may be bytes in base 64. */
function bytesOf(value: Json): Uint8Array {
  if (typeof value !== 'string') return Buffer.from(writeJson(value));
  const isBase64 = value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
  return Buffer.from(value, isBase64 ? 'base64' : 'utf8');
}

function withArticle(name: string): string {
  return name === 'null' ? name : /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}
