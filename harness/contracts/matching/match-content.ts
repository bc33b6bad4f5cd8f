import type { Terms } from './compare-lists.ts';
import { matchesContentType } from './content-signature.ts';
import { readJson } from './json.ts';
import { judgeAll, judgeText, type Refusal } from './judge-text.ts';
import { mismatchesOfJson } from './match-json.ts';
import { mismatchesOfMultipart } from './match-multipart.ts';
import { mismatchesOfValues, readValues } from './match-values.ts';
import { mismatchesOfXml } from './match-xml.ts';
import { baseType, decodeText, isBinary, isForm, isJson, isXml, type MediaType } from './media-type.ts';
import { readMultipart } from './multipart.ts';
import type { Rule } from './rule-tree.ts';
import { readXml } from './xml.ts';

/** Where bytes of one type differ from what is expected. `actualType` tells the boundary of a multipart body. */
export function mismatchesOfContent(
  type: MediaType,
  expected: Buffer,
  actual: Buffer,
  terms: Terms,
  actualType: MediaType = type,
): string[] {
  if (isJson(type) || isJson(baseType(type))) {
    return both(readJson(textOf(expected)), readJson(textOf(actual)), 'JSON', actual, (wanted, given) =>
      mismatchesOfJson([], wanted.value, given.value, terms),
    );
  }
  if (isXml(type)) {
    return both(readXml(textOf(expected)), readXml(textOf(actual)), 'XML', actual, (wanted, given) =>
      mismatchesOfXml(wanted, given, terms),
    );
  }
  if (type.main === 'multipart') {
    return both(
      readMultipart(expected, type),
      readMultipart(actual, actualType),
      'a multipart body',
      actual,
      (wanted, given) => mismatchesOfMultipart(wanted, given, terms, mismatchesOfContent),
    );
  }
  if (isForm(baseType(type)))
    return mismatchesOfValues('field', readValues(textOf(expected)), readValues(textOf(actual)), terms);
  const byType = terms.rules.select([])?.rules.some(({ kind }) => kind === 'contentType') ?? false;
  return isBinary(type) || byType
    ? compareBytes(expected, actual, terms)
    : compareText(expected, actual, terms);
}

function both<T>(
  expected: T | undefined,
  actual: T | undefined,
  what: string,
  bytes: Buffer,
  compare: (expected: T, actual: T) => string[],
): string[] {
  if (expected === undefined) return [`the pact's own example is not ${what}`];
  if (actual === undefined) return [`expected ${what}, but it was ${preview(bytes)}`];
  return compare(expected, actual);
}

function compareText(expected: Buffer, actual: Buffer, terms: Terms): string[] {
  const rules = terms.rules.select([]);
  if (rules === undefined) {
    return expected.equals(actual) ? [] : [`expected ${preview(expected)}, but it was ${preview(actual)}`];
  }
  const [wanted, given] = [decodeText(expected), decodeText(actual)];
  if (wanted === undefined || given === undefined) return [`expected text, but it was ${preview(actual)}`];
  const refusal = judgeAll(rules, (rule, cascaded) => judgeText(rule, given, wanted, cascaded));
  return refusal === undefined ? [] : [`expected ${refusal}, but it was ${preview(actual)}`];
}

function compareBytes(expected: Buffer, actual: Buffer, terms: Terms): string[] {
  const rules = terms.rules.select([]);
  if (rules === undefined) {
    return expected.equals(actual) ? [] : [`expected ${preview(expected)}, but it was ${preview(actual)}`];
  }
  const refusal = judgeAll(rules, (rule, cascaded) => judgeBytes(rule, actual, expected, cascaded));
  return refusal === undefined ? [] : [`expected ${refusal}, but it was ${preview(actual)}`];
}

function judgeBytes(rule: Rule, actual: Buffer, expected: Buffer, cascaded: boolean): Refusal {
  switch (rule.kind) {
    case 'contentType':
      return matchesContentType(actual, rule.type) ? undefined : `content of the type ${rule.type}`;
    case 'equality':
      return actual.equals(expected) ? undefined : preview(expected);
    case 'type':
      return undefined;
    case 'notEmpty':
      return actual.length === 0 ? 'not to be empty' : undefined;
    case 'regex':
    case 'include': {
      const text = decodeText(actual);
      return text === undefined ? 'text' : judgeText(rule, text, '', cascaded);
    }
    default:
      return cascaded ? undefined : `something that the rule ${rule.kind} can judge`;
  }
}

function textOf(bytes: Buffer): string {
  return decodeText(bytes) ?? '\uFFFD';
}

/** Text as it is, bytes by their number. */
function preview(bytes: Buffer): string {
  if (bytes.length === 0) return 'empty';
  const text = decodeText(bytes);
  if (text === undefined)
    return `${bytes.length} bytes starting with ${bytes.subarray(0, 16).toString('hex')}`;
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
