import type { EventOf } from './events.ts';
import { changeIn, mergeWith, type Prepared, preparePact, requiringVerification } from './publish.ts';
import type { Ask } from './route.ts';
import type { Pact } from './state.ts';
import { triggerWebhooks } from './webhooks.ts';

/** A pact that is about to be published; or why it cannot be. */
export type Publication =
  | {
      readonly kind: 'publication';
      readonly event: EventOf<'pact'>;
      readonly text: string;
      /** What the same version published before. */
      readonly before: Pact | undefined;
      /** What about the content is new, in words; null: nothing. */
      readonly change: string | null;
    }
  | Extract<Prepared, { kind: 'problem' }>;

/** Reads a pact's text; with `merges`, puts it together with what the same version published before. */
export async function readPublication(
  { state, journal, now }: Ask,
  text: string,
  names: Pick<Pact, 'consumer' | 'provider' | 'number'>,
  { merges }: { readonly merges: boolean },
): Promise<Publication> {
  const { consumer, provider } = names;
  const [before] = state.pactsOf(names);
  let pact = preparePact(text, { consumer, provider });
  const old = merges && before !== undefined ? await journal.content(before.content) : null;
  if (pact.kind === 'pact' && old !== null) pact = mergeWith(old, pact);
  if (pact.kind === 'problem') return pact;
  const sha = journal.shaOf(pact.content);
  return {
    kind: 'publication',
    event: { type: 'pact', ...names, sha, content: journal.contentId(pact.content), at: now },
    text: pact.content,
    before,
    change: changeIn(state, { ...names, sha }),
  };
}

/** Triggers the webhooks that wait for what has been published. Returns a sentence for each. */
export function announce(
  ask: Ask,
  pact: EventOf<'pact'>,
  { isChanged }: { readonly isChanged: boolean },
): readonly string[] {
  const events = ['contract_published', ...(isChanged ? ['contract_content_changed'] : [])];
  return [
    ...events.flatMap((event) => triggerWebhooks(ask, event, pact)),
    ...requiringVerification(ask.state, pact).flatMap((version) =>
      triggerWebhooks(ask, 'contract_requiring_verification_published', pact, version),
    ),
  ];
}
