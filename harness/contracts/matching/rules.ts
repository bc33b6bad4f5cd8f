import { type PathToken, parsePath } from './path-expression.ts';
import { type ArrayVariant, type Rule, type RuleList, RuleTree } from './rule-tree.ts';

/** Matching rules in one form. Header names are in lower case. */
export interface MatchingRules {
  readonly path?: RuleList;
  readonly query: RuleTree;
  readonly headers: RuleTree;
  readonly body: RuleTree;
  readonly metadata: RuleTree;
}

type Written = Readonly<Record<string, unknown>>;

const dateDefaults = { date: 'yyyy-MM-dd', time: 'HH:mm:ss', datetime: "yyyy-MM-dd'T'HH:mm:ssXXX" } as const;

/** Reads rules of version 2 (`"$.body.id": {"match": "type"}`) and of versions 3 and 4 (`{"body": {"$.id": {…}}}`). */
export function readMatchingRules(written: unknown): MatchingRules {
  if (!isRecord(written)) return fromSections({});
  return Object.keys(written).some((key) => key.startsWith('$'))
    ? fromVersion2(written)
    : fromSections(written);
}

/** Names of the rules, at any depth, that this engine cannot apply. */
export function unknownRules({ path, query, headers, body, metadata }: MatchingRules): string[] {
  const unknownIn = (list: RuleList): string[] =>
    list.rules.flatMap((rule) => {
      if (rule.kind === 'unknown') return [rule.name];
      if (rule.kind === 'eachKey' || rule.kind === 'eachValue')
        return unknownIn({ combine: 'AND', rules: rule.rules });
      if (rule.kind === 'arrayContains')
        return rule.variants.flatMap((variant) => variant.rules.lists().flatMap(unknownIn));
      return [];
    });
  const trees = [query, headers, body, metadata].flatMap((tree) => tree.lists());
  return [...new Set([...(path === undefined ? [] : [path]), ...trees].flatMap(unknownIn))];
}

function fromVersion2(written: Written): MatchingRules {
  const sections: Record<string, Record<string, unknown>> = {};
  const put = (section: string, key: string, matcher: unknown): void => {
    sections[section] = { ...sections[section], [key]: { matchers: [matcher] } };
  };
  for (const [expression, matcher] of Object.entries(written)) {
    const [first, second] = parsePath(expression);
    const section = typeof first === 'object' ? first.field : '';
    const name = typeof second === 'object' ? second.field : '';
    if (section === 'path') put('path', '', matcher);
    else if (section === 'body') put('body', `$${expression.slice('$.body'.length)}`, matcher);
    else put(section === 'headers' ? 'header' : section, name, matcher);
  }
  return fromSections(sections);
}

function fromSections(written: Written): MatchingRules {
  const section = (name: string): Written => (isRecord(written[name]) ? (written[name] as Written) : {});
  const named = (names: readonly string[], change: (name: string) => string = (name) => name): RuleTree =>
    new RuleTree(
      names.flatMap((name) =>
        Object.entries(section(name)).map(
          ([key, list]) => [[{ field: change(bareName(key)) }], ruleList(list)] as const,
        ),
      ),
    );
  const byPath = (names: readonly string[]): RuleTree =>
    new RuleTree(
      names.flatMap((name) => {
        const rules = section(name);
        const whole: PathToken[] = [];
        if ('matchers' in rules) return [[whole, ruleList(rules)] as const];
        return Object.entries(rules).map(([path, list]) => [parsePath(path), ruleList(list)] as const);
      }),
    );
  const path = section('path');
  const pathRules = 'matchers' in path ? path : Object.values(path)[0];
  return {
    ...(pathRules === undefined ? {} : { path: ruleList(pathRules) }),
    query: named(['query']),
    headers: named(['header', 'headers'], (name) => name.toLowerCase()),
    body: byPath(['body', 'content', 'contents']),
    metadata: named(['metadata']),
  };
}

/** Version 4 keys a query rule `$.name` or `$['name']`; version 3 writes the bare name. */
function bareName(key: string): string {
  if (!key.startsWith('$')) return key;
  const [first] = parsePath(key);
  return typeof first === 'object' ? first.field : key;
}

function ruleList(written: unknown): RuleList {
  const { combine, matchers } = isRecord(written) ? written : {};
  return {
    combine: String(combine).toUpperCase() === 'OR' ? 'OR' : 'AND',
    rules: (Array.isArray(matchers) ? matchers : []).map(readRule),
  };
}

/** A matcher as version 2 writes it may leave `match` out and say only `min`, `max`, `regex` or a date format. */
function readRule(written: unknown): Rule {
  const matcher = isRecord(written) ? written : {};
  const name = String(matcher.match ?? matcher['pact:matcher:type'] ?? guessedName(matcher));
  switch (name) {
    case 'equality':
    case 'number':
    case 'integer':
    case 'decimal':
    case 'boolean':
    case 'null':
    case 'semver':
    case 'values':
      return { kind: name };
    case 'real':
      return { kind: 'decimal' };
    case 'notEmpty':
    case 'not-empty':
      return { kind: 'notEmpty' };
    case 'type':
    case 'min':
    case 'max':
    case 'min-type':
    case 'max-type':
      return { kind: 'type', ...limit('min', matcher.min), ...limit('max', matcher.max) };
    case 'regex':
      return { kind: 'regex', pattern: asText(matcher.regex) };
    case 'include':
      return { kind: 'include', text: asText(matcher.value) };
    case 'date':
    case 'time':
    case 'datetime':
    case 'timestamp': {
      const kind = name === 'timestamp' ? 'datetime' : name;
      return { kind, format: asText(matcher.format ?? matcher[name] ?? '') || dateDefaults[kind] };
    }
    case 'contentType':
    case 'content-type':
      return { kind: 'contentType', type: asText(matcher.value) };
    case 'statusCode':
    case 'status-code':
      return { kind: 'statusCode', status: matcher.status };
    case 'arrayContains':
    case 'array-contains':
      return { kind: 'arrayContains', variants: variantsOf(matcher.variants) };
    case 'eachKey':
    case 'each-key':
      return { kind: 'eachKey', rules: rulesIn(matcher.rules) };
    case 'eachValue':
    case 'each-value':
      return { kind: 'eachValue', rules: rulesIn(matcher.rules) };
    default:
      return { kind: 'unknown', name };
  }
}

function guessedName(matcher: Written): string {
  const said = ['regex', 'min', 'max', 'timestamp', 'time', 'date'].find((name) => name in matcher);
  return said ?? 'type';
}

function variantsOf(written: unknown): ArrayVariant[] {
  return (Array.isArray(written) ? written : []).filter(isRecord).map(({ index, rules }) => ({
    index: typeof index === 'number' ? index : 0,
    rules: isRecord(rules)
      ? new RuleTree(Object.entries(rules).map(([path, list]) => [parsePath(path), ruleList(list)] as const))
      : new RuleTree([[[], { combine: 'AND', rules: [{ kind: 'equality' }] }]]),
  }));
}

function rulesIn(written: unknown): Rule[] {
  return Array.isArray(written) ? written.map(readRule) : [];
}

function limit(key: 'min' | 'max', written: unknown): { readonly [key in 'min' | 'max']?: number } {
  const value = typeof written === 'string' ? Number.parseInt(written, 10) : written;
  return typeof value === 'number' && Number.isFinite(value) ? { [key]: value } : {};
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
