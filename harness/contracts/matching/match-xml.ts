import type { Terms } from './compare-lists.ts';
import { judgeAll, judgeText, type Refusal } from './judge-text.ts';
import { showPath } from './path-expression.ts';
import { readPattern } from './pattern.ts';
import type { Rule } from './rule-tree.ts';
import type { XmlElement } from './xml.ts';

/** Where an XML document differs from what is expected. Places are as Pact writes them: `$.order.line['@sku']`, `$.order.#text`. */
export function mismatchesOfXml(expected: XmlElement, actual: XmlElement, terms: Terms): string[] {
  return compareElement([expected.name], expected, actual, terms);
}

function compareElement(
  path: readonly string[],
  expected: XmlElement,
  actual: XmlElement,
  terms: Terms,
): string[] {
  const rules = terms.rules.select(path);
  const refusal =
    rules === undefined
      ? judgeElement({ kind: 'equality' }, expected, actual, false)
      : judgeAll(rules, (rule, cascaded) => judgeElement(rule, expected, actual, cascaded));
  if (refusal !== undefined) return [`${showPath(path)}: expected ${refusal}, but it was <${actual.name}>`];
  return [
    ...compareAttributes(path, expected, actual, terms),
    ...compareChildren(path, expected, actual, terms),
    ...compareText([...path, '#text'], expected.text, actual.text, terms),
  ];
}

function judgeElement(rule: Rule, expected: XmlElement, actual: XmlElement, cascaded: boolean): Refusal {
  switch (rule.kind) {
    case 'regex': {
      const local = actual.name.slice(actual.name.lastIndexOf(':') + 1);
      return readPattern(rule.pattern)?.matches(local) ? undefined : `a name to match ${rule.pattern}`;
    }
    case 'type':
      if (!cascaded && rule.min !== undefined && actual.nodes < rule.min)
        return `at least ${rule.min} children`;
      if (!cascaded && rule.max !== undefined && actual.nodes > rule.max)
        return `at most ${rule.max} children`;
      if (rule.min !== undefined || rule.max !== undefined) return undefined;
      return expected.name === actual.name ? undefined : `<${expected.name}>`;
    case 'equality':
      return expected.name === actual.name ? undefined : `<${expected.name}>`;
    case 'notEmpty':
      return actual.nodes === 0 ? 'at least one child' : undefined;
    default:
      return `something that the rule ${rule.kind} can judge`;
  }
}

function compareAttributes(
  path: readonly string[],
  expected: XmlElement,
  actual: XmlElement,
  terms: Terms,
): string[] {
  const place = (name: string): readonly string[] => [...path, `@${name}`];
  const further = [...actual.attributes.keys()].filter((name) => !expected.attributes.has(name));
  return [
    ...(terms.furtherKeys === 'refused'
      ? further.map((name) => `${showPath(place(name))}: not expected`)
      : []),
    ...[...expected.attributes].flatMap(([name, value]) => {
      const given = actual.attributes.get(name);
      return given === undefined
        ? [`${showPath(place(name))}: missing`]
        : compareText(place(name), value, given, terms);
    }),
  ];
}

function compareChildren(
  path: readonly string[],
  expected: XmlElement,
  actual: XmlElement,
  terms: Terms,
): string[] {
  const wanted = Map.groupBy(expected.children, ({ name }) => name);
  const given = Map.groupBy(actual.children, ({ name }) => name);
  const missing = [...wanted.keys()].filter((name) => !given.has(name));
  return [
    ...missing.map((name) => `${showPath([...path, name])}: missing`),
    ...[...given].flatMap(([name, group]) => compareGroup([...path, name], wanted.get(name), group, terms)),
  ];
}

/** Children of one name: any number under a type rule, compared with the first example; else one by one. */
function compareGroup(
  path: readonly string[],
  wanted: readonly XmlElement[] | undefined,
  given: readonly XmlElement[],
  terms: Terms,
): string[] {
  const byType = terms.rules.hasTypeRule(path);
  const [first] = wanted ?? [];
  if (wanted === undefined || first === undefined) {
    return terms.furtherKeys === 'refused' || byType ? [`${showPath(path)}: not expected`] : [];
  }
  if (byType) return given.flatMap((child) => compareElement(path, first, child, terms));
  const pairs = wanted.flatMap((one, index) => {
    const other = given[index];
    return other === undefined
      ? [`${showPath([...path, String(index)])}: missing`]
      : compareElement(path, one, other, terms);
  });
  const further = terms.furtherKeys === 'refused' ? given.slice(wanted.length) : [];
  return [
    ...pairs,
    ...further.map((_, index) => `${showPath([...path, String(wanted.length + index)])}: not expected`),
  ];
}

function compareText(path: readonly string[], expected: string, actual: string, terms: Terms): string[] {
  const rules = terms.rules.select(path);
  const refusal =
    rules === undefined
      ? judgeText({ kind: 'equality' }, actual, expected)
      : judgeAll(rules, (rule, cascaded) => judgeText(rule, actual, expected, cascaded));
  return refusal === undefined
    ? []
    : [`${showPath(path)}: expected ${refusal}, but it was ${JSON.stringify(actual)}`];
}
