import { interactionKey, type WrittenPact } from './canonical-pact.ts';

/** What became of one interaction or message between two forms of a pact. */
export interface InteractionChange {
  readonly description: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Of a changed one, a line for each place: `response.body.price: 495 → 500`. */
  readonly differences: readonly string[];
}

/** What differs between two forms of a pact, interaction by interaction; metadata has no say. Pure. */
export function diffPacts(
  before: WrittenPact | null,
  after: WrittenPact | null,
): readonly InteractionChange[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): InteractionChange[] => {
    const [one, other] = [old.get(key), now.get(key)];
    const description = String((other ?? one)?.description ?? '');
    if (one === undefined) return [{ description, change: 'added', differences: [] }];
    if (other === undefined) return [{ description, change: 'removed', differences: [] }];
    const differences = differencesIn(one, other, '');
    return differences.length === 0 ? [] : [{ description, change: 'changed', differences }];
  });
}

function partsOf(pact: WrittenPact | null): ReadonlyMap<string, WrittenPact> {
  const parts = [pact?.interactions, pact?.messages].flatMap((list) =>
    Array.isArray(list) ? (list as readonly WrittenPact[]) : [],
  );
  return new Map(parts.map((part) => [interactionKey(part), part]));
}

function differencesIn(one: unknown, other: unknown, path: string): readonly string[] {
  if (isObject(one) && isObject(other) && Array.isArray(one) === Array.isArray(other)) {
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
      differencesIn(
        one[key],
        other[key],
        Array.isArray(one) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`,
      ),
    );
  }
  return JSON.stringify(one) === JSON.stringify(other) ? [] : [`${path}: ${shown(one)} → ${shown(other)}`];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  if (value === undefined) return '(nothing)';
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
