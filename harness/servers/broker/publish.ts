import { isDeepStrictEqual } from 'node:util';
import type { BrokerState, Pact } from './state.ts';

type Written = Readonly<Record<string, unknown>>;

/** What a publication of one pact would be; or why it cannot be. */
export type Prepared =
  | { readonly kind: 'pact'; readonly content: string; readonly parsed: Written }
  | { readonly kind: 'problem'; readonly problem: string; readonly isConflict: boolean };

/** Reads a pact's text and holds it against the names it is published under. */
export function preparePact(
  text: string,
  names: { readonly consumer: string; readonly provider: string },
): Prepared {
  const problem = (what: string): Prepared => ({ kind: 'problem', problem: what, isConflict: false });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return problem(`is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return problem('is not a JSON object');
  const pact = parsed as Written;
  for (const [side, name] of Object.entries(names)) {
    const said = (pact[side] as Written | undefined)?.name;
    if (said !== name) return problem(`names the ${side} ${JSON.stringify(said ?? null)}, not "${name}"`);
  }
  for (const list of ['interactions', 'messages']) {
    if (pact[list] !== undefined && !Array.isArray(pact[list])) return problem(`its ${list} are not a list`);
  }
  return { kind: 'pact', content: text, parsed: pact };
}

/**
 * Puts what is published together with what the same version published before: two tests of one build may write apart. Two
 * interactions of one description and state that differ are a conflict.
 */
export function mergeWith(before: string, after: Extract<Prepared, { kind: 'pact' }>): Prepared {
  const old = JSON.parse(before) as Written;
  const merged: Record<string, unknown> = { ...after.parsed };
  for (const list of ['interactions', 'messages']) {
    const [one, other] = [listOf(old, list), listOf(after.parsed, list)];
    if (one.length + other.length === 0) continue;
    const all = new Map(one.map((item) => [keyOf(item), item]));
    for (const item of other) {
      const known = all.get(keyOf(item));
      if (known !== undefined && !isDeepStrictEqual(known, item)) {
        const problem =
          `Two interactions have been found with the same description (${JSON.stringify(item.description)}) and provider state, ` +
          'but a different request or response';
        return { kind: 'problem', problem, isConflict: true };
      }
      all.set(keyOf(item), item);
    }
    merged[list] = [...all.values()];
  }
  return { kind: 'pact', content: JSON.stringify(merged), parsed: merged };
}

function listOf(pact: Written, name: string): readonly Written[] {
  const list = pact[name];
  return Array.isArray(list) ? (list as Written[]) : [];
}

function keyOf({ type, description, providerState, providerStates }: Written): string {
  return JSON.stringify([type, description, providerState, providerStates]);
}

/** What publishing a pact was an event of, in the Pact Broker's words. */
export function changeIn(state: BrokerState, pact: Omit<Pact, 'type' | 'at' | 'content'>): string | null {
  const { consumer, provider, number, sha } = pact;
  const before = state.pactsOf({ consumer, provider });
  const own = before.find((one) => one.number === number);
  if (own !== undefined) {
    return own.sha === sha
      ? null
      : `pact content modified since previous publication for ${consumer} version ${number}`;
  }
  const last = before.at(-1);
  if (last === undefined) return 'first time any pact published for this consumer and provider';
  return last.sha === sha ? null : `pact content has changed since the previous version ${last.number}`;
}

/**
 * Versions of the provider that should verify a content now: the newest of its main branch, and every one that is
 * deployed or released. Those with a result are left out. Null: any version, as none of them is known.
 */
export function requiringVerification(
  state: BrokerState,
  pact: Pick<Pact, 'consumer' | 'provider' | 'sha'>,
): readonly (string | null)[] {
  const main = state.pacticipants.get(pact.provider)?.mainBranch ?? null;
  const head = main === null ? undefined : state.latestOfBranch(pact.provider, main);
  const known = new Set([
    ...(head === undefined ? [] : [head.number]),
    ...state.environments.keys().flatMap((uuid) => state.numbersIn(uuid, pact.provider)),
  ]);
  if (known.size === 0 && state.lastVerification(pact) === undefined) return [null];
  return [...known].filter((number) => state.lastVerification(pact, number) === undefined);
}
