import type { Terms } from './compare-lists.ts';
import { judgeAll, judgeText } from './judge-text.ts';
import {
  baseType,
  isEquivalent,
  isUnknown,
  type MediaType,
  parseMediaType,
  showMediaType,
} from './media-type.ts';
import type { MimePart } from './multipart.ts';

const unknownType = { main: '*', sub: '*', parameters: new Map<string, string>() };

/** Headers of a part whose absence says nothing. */
const optional = new Set(['content-type', 'content-disposition', 'content-transfer-encoding']);

/** Where the bytes of one type differ from those expected. */
export type CompareContent = (type: MediaType, expected: Buffer, actual: Buffer, terms: Terms) => string[];

/** Where the parts of a multipart body differ from those expected; further parts may be there. */
export function mismatchesOfMultipart(
  expected: readonly MimePart[],
  actual: readonly MimePart[],
  terms: Terms,
  compareContent: CompareContent,
): string[] {
  return expected.flatMap((part, index) => {
    const other = part.name === '' ? actual[index] : actual.find(({ name }) => name === part.name);
    const title = `part "${part.name || index}"`;
    if (other === undefined) return [`${title}: missing`];
    if (part.isFile !== other.isFile) {
      return [
        `${title}: expected a ${part.isFile ? 'file' : 'field'}, but it was a ${other.isFile ? 'file' : 'field'}`,
      ];
    }
    const path = [part.name || String(index)];
    const contents = part.isFile
      ? compareFile(path, part, other, terms, compareContent)
      : compareField(path, part, other, terms);
    return [...compareHeaders(path, part, other, terms), ...contents].map(
      (mismatch) => `${title}: ${mismatch}`,
    );
  });
}

function compareHeaders(
  path: readonly string[],
  expected: MimePart,
  actual: MimePart,
  terms: Terms,
): string[] {
  return [...expected.headers].flatMap(([name, value]) => {
    const given = actual.headers.get(name);
    if (given === undefined) return optional.has(name) ? [] : [`header ${name}: missing`];
    const place = [...path, name];
    const rules = terms.rules.exact(place).length > 0 ? terms.rules.select(place) : undefined;
    if (rules === undefined && name === 'content-disposition') return [];
    const refusal =
      rules === undefined
        ? judgeText({ kind: 'equality' }, given, value)
        : judgeAll(rules, (rule, cascaded) => judgeText(rule, given, value, cascaded));
    return refusal === undefined ? [] : [`header ${name}: expected ${refusal}, but it was ${given}`];
  });
}

function compareField(path: readonly string[], expected: MimePart, actual: MimePart, terms: Terms): string[] {
  const [wanted, given] = [expected.data.toString(), actual.data.toString()];
  const rules = terms.rules.select(path);
  const refusal =
    rules === undefined
      ? judgeText({ kind: 'equality' }, given, wanted)
      : judgeAll(rules, (rule, cascaded) => judgeText(rule, given, wanted, cascaded));
  return refusal === undefined ? [] : [`expected ${refusal}, but it was ${JSON.stringify(given)}`];
}

function compareFile(
  path: readonly string[],
  expected: MimePart,
  actual: MimePart,
  terms: Terms,
  compareContent: CompareContent,
): string[] {
  const typeOf = ({ headers }: MimePart) => parseMediaType(headers.get('content-type') ?? '') ?? unknownType;
  const [wanted, given] = [typeOf(expected), typeOf(actual)];
  const comparable =
    isUnknown(wanted) ||
    isUnknown(given) ||
    isEquivalent(wanted, given) ||
    isEquivalent(wanted, baseType(given));
  if (!comparable) return [`expected ${showMediaType(wanted)}, but it was ${showMediaType(given)}`];
  return compareContent(wanted, expected.data, actual.data, {
    ...terms,
    rules: terms.rules.below(path),
  });
}
