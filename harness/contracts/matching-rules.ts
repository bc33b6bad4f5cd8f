/** One matcher as pacts write it: `{ match: 'type', min: 1 }`. */
export interface Matcher {
  readonly match: string;
  readonly [parameter: string]: unknown;
}

export interface RuleSet {
  readonly combine: 'AND' | 'OR';
  readonly matchers: readonly Matcher[];
}

/** A step of a body path: a key, an index, or any of either. */
export type PathStep = string | number;
export const anyStep = '*';

export interface BodyRule {
  readonly path: readonly PathStep[];
  readonly rules: RuleSet;
}

/** Matching rules in one form, whichever specification version wrote them. */
export interface MatchingRules {
  readonly path?: RuleSet;
  /** By parameter name. */
  readonly query: Readonly<Record<string, RuleSet>>;
  /** By header name in lower case. */
  readonly headers: Readonly<Record<string, RuleSet>>;
  readonly body: readonly BodyRule[];
}

/** A matcher as version 2 writes it may leave `match` out and say only `min`, `max` or `regex`. */
type WrittenMatcher = Readonly<Record<string, unknown>>;
type WrittenRules = Readonly<Record<string, unknown>>;

/** Reads rules of version 2 (`"$.body.id": {"match": "type"}`) and of versions 3 and 4 (`{"body": {"$.id": {…}}}`). */
export function readMatchingRules(written: WrittenRules | undefined): MatchingRules {
  if (written === undefined) return { query: {}, headers: {}, body: [] };
  return Object.keys(written).some((key) => key.startsWith('$'))
    ? fromVersion2(written)
    : fromVersion3(written);
}

function fromVersion2(written: WrittenRules): MatchingRules {
  const query: Record<string, RuleSet> = {};
  const headers: Record<string, RuleSet> = {};
  const body: BodyRule[] = [];
  let path: RuleSet | undefined;
  for (const [expression, matcher] of Object.entries(written)) {
    const [section, ...rest] = parsePath(expression);
    const rules: RuleSet = { combine: 'AND', matchers: [normalise(matcher as WrittenMatcher)] };
    if (section === 'path') path = rules;
    else if (section === 'query') query[String(rest[0])] = rules;
    else if (section === 'headers' || section === 'header') headers[String(rest[0]).toLowerCase()] = rules;
    else if (section === 'body') body.push({ path: rest, rules });
  }
  return { ...(path === undefined ? {} : { path }), query, headers, body };
}

function fromVersion3(written: WrittenRules): MatchingRules {
  const section = (name: string): Record<string, unknown> => (written[name] ?? {}) as Record<string, unknown>;
  // Version 4 keys a query rule `$.name` or `$['name']`; version 3 writes the bare name.
  const bare = (name: string): string => (name.startsWith('$') ? String(parsePath(name)[0]) : name);
  const byName = (name: string): [string, RuleSet][] =>
    Object.entries(section(name)).map(([key, rules]) => [bare(key), ruleSet(rules)]);
  return {
    ...(Object.keys(section('path')).length === 0 ? {} : { path: ruleSet(written.path) }),
    query: Object.fromEntries(byName('query')),
    headers: Object.fromEntries(
      [...byName('header'), ...byName('headers')].map(([name, rules]) => [name.toLowerCase(), rules]),
    ),
    body: Object.entries(section('body')).map(([path, rules]) => ({
      path: parsePath(path),
      rules: ruleSet(rules),
    })),
  };
}

function ruleSet(written: unknown): RuleSet {
  const { combine, matchers } = written as { combine?: string; matchers?: readonly WrittenMatcher[] };
  return { combine: combine === 'OR' ? 'OR' : 'AND', matchers: (matchers ?? []).map(normalise) };
}

function normalise(written: WrittenMatcher): Matcher {
  if (typeof written.match === 'string') return { ...written, match: written.match };
  return { ...written, match: 'regex' in written ? 'regex' : 'type' };
}

/** Splits `$.items[*].id` or `$['a b'][0]` into its steps, without the `$`. */
export function parsePath(expression: string): PathStep[] {
  const steps: PathStep[] = [];
  const pattern = /\.([^.[\]]+)|\[\s*(?:'([^']*)'|"([^"]*)"|(\d+)|(\*))\s*\]/g;
  for (const [, dotted, single, double, index, any] of expression.matchAll(pattern)) {
    if (index !== undefined) steps.push(Number(index));
    else steps.push(dotted ?? single ?? double ?? any ?? anyStep);
  }
  return steps;
}
