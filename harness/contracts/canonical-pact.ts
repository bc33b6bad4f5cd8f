import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Digest } from '../model/index.ts';

/** A pact as JSON has it. */
export type WrittenPact = Readonly<Record<string, unknown>>;

/** Where a pact keeps what its sides agreed on. */
const lists = ['interactions', 'messages'] as const;

/** The same pact with its interactions in a fixed order, so that which test ran first does not show. */
export function canonicalPact(pact: WrittenPact): WrittenPact {
  const sorted = lists.flatMap((key) => {
    const list = pact[key];
    return Array.isArray(list) ? [[key, sortInteractions(list)] as const] : [];
  });
  return { ...pact, ...Object.fromEntries(sorted) };
}

export function writePact(pact: WrittenPact): string {
  return `${JSON.stringify(canonicalPact(pact), null, 2)}\n`;
}

/**
 * The hash of all that decides a verification: consumer, provider, what they agreed on, in any order, and the version of
 * the specification by which it is read. The rest of the metadata has no say.
 */
export function contentHash(pact: WrittenPact): Digest {
  const { consumer, provider, interactions = [], messages = [] } = canonicalPact(pact);
  const specification = specificationOf(pact);
  const content = canonicalize({ consumer, provider, interactions, messages, specification }) ?? '';
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function specificationOf({ metadata }: WrittenPact): string | null {
  const { pactSpecification, 'pact-specification': older } = (metadata ?? {}) as WrittenPact;
  const { version } = (pactSpecification ?? older ?? {}) as WrittenPact;
  return typeof version === 'string' ? version : null;
}

/** What tells an interaction from the others of its pact: its kind, its description and its states. */
export function interactionKey(interaction: unknown): string {
  const { type, description, providerState, provider_state, providerStates } = interaction as WrittenPact;
  return (
    canonicalize([
      type ?? null,
      description,
      providerState ?? provider_state ?? null,
      providerStates ?? null,
    ]) ?? ''
  );
}

function sortInteractions(list: readonly unknown[]): unknown[] {
  return list
    .map((one) => [`${interactionKey(one)}${canonicalize(one)}`, one] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, one]) => one);
}
