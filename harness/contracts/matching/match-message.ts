import type { PactMessage } from '../pact.ts';
import { typeOf } from './body.ts';
import type { Json } from './json.ts';
import { sameJson } from './json.ts';
import { judgeAll, judgeText } from './judge-text.ts';
import { mismatchesOfPresence, sameType, typeOfBytes, wrongType } from './match-body.ts';
import { mismatchesOfContent } from './match-content.ts';
import { isText, type MediaType } from './media-type.ts';
import type { ReceivedRequest } from './received-request.ts';

const unknownType: MediaType = { main: '*', sub: '*', parameters: new Map() };

/**
 * Where a message, which came as the body of a request, differs from what its consumer expects. Metadata come as
 * headers of their names, or together as base 64 of JSON in `Pact-Message-Metadata`, as Pact's verifier sends them.
 */
export function mismatchesOfMessage(expected: PactMessage, actual: ReceivedRequest): string[] {
  return [...mismatchesOfContents(expected, actual), ...mismatchesOfMetadata(expected, actual)].map(
    (mismatch) => `message ${mismatch}`,
  );
}

function mismatchesOfContents({ contents, rules }: PactMessage, actual: ReceivedRequest): string[] {
  const wanted = typeOf(contents, undefined) ?? unknownType;
  const header = actual.headerValues.get('content-type')?.[0];
  const named = typeOfBytes(actual.bytes, header);
  // HTTP clients call every string they send text/plain; it says nothing of the message.
  const given = named.main === 'text' && named.sub === 'plain' && isText(wanted) ? wanted : named;
  if (contents.kind === 'present' && !sameType(wanted, given)) return [wrongType(wanted, given)];
  const presence = mismatchesOfPresence(contents, actual.bytes);
  if (presence !== undefined || contents.kind !== 'present') return presence ?? [];
  return mismatchesOfContent(
    wanted,
    contents.bytes,
    actual.bytes,
    { rules: rules.body, furtherKeys: 'allowed' },
    given,
  );
}

function mismatchesOfMetadata({ metadata, rules }: PactMessage, actual: ReceivedRequest): string[] {
  const sent = sentMetadata(actual);
  return Object.entries(metadata).flatMap(([key, value]) => {
    // The type of the contents was compared with the contents.
    if (/^content-?type$/i.test(key)) return [];
    const given = sent.get(key.toLowerCase());
    if (given === undefined) return [`metadata ${key}: missing`];
    const applying = rules.metadata.select([key]);
    const refusal =
      applying === undefined
        ? sameText(value, given)
          ? undefined
          : JSON.stringify(value)
        : judgeAll(applying, (rule) => judgeText(rule, textOf(given), textOf(value)));
    return refusal === undefined ? [] : [`metadata ${key}: expected ${refusal}, but it was ${textOf(given)}`];
  });
}

function sentMetadata({ headers }: ReceivedRequest): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>(Object.entries(headers));
  try {
    const json: unknown = JSON.parse(
      Buffer.from(headers['pact-message-metadata'] ?? '', 'base64').toString(),
    );
    for (const [key, value] of Object.entries(json ?? {})) found.set(key.toLowerCase(), value);
  } catch {
    // None came that way.
  }
  return found;
}

function sameText(expected: unknown, given: unknown): boolean {
  return sameJson(expected as Json, given as Json) || textOf(expected) === textOf(given);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
