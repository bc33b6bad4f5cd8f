import type { ExpectedRequest } from '../pact.ts';
import type { Body } from './body.ts';
import { typeOf } from './body.ts';
import type { Terms } from './compare-lists.ts';
import { mismatchesOfContent } from './match-content.ts';
import { judgeHeader } from './match-headers.ts';
import {
  baseType,
  detectMediaType,
  isEquivalent,
  isUnknown,
  type MediaType,
  parseMediaType,
  showMediaType,
} from './media-type.ts';
import type { ReceivedRequest } from './received-request.ts';

const unknownType: MediaType = { main: '*', sub: '*', parameters: new Map() };

/** Where the body of a request differs from what is expected of it. */
export function mismatchesOfBody(expected: ExpectedRequest, actual: ReceivedRequest): string[] {
  const { body, rules } = expected;
  const header = [...expected.headers].find(([name]) => name.toLowerCase() === 'content-type')?.[1][0];
  const wanted = typeOf(body, header) ?? unknownType;
  const given = typeOfBytes(actual.bytes, actual.headerValues.get('content-type')?.[0]);
  const terms: Terms = { rules: rules.body, furtherKeys: 'refused' };
  const headerTerms: Terms = { rules: rules.headers, furtherKeys: 'refused' };
  if (!sameType(wanted, given) && !allowedByRule(wanted, given, headerTerms)) {
    return body.kind === 'present' ? [wrongType(wanted, given)] : [];
  }
  return mismatchesOfPresence(body, actual.bytes) ?? compare(body, wanted, actual.bytes, given, terms);
}

/** What can be said without looking inside; undefined when the contents have to be compared. */
export function mismatchesOfPresence(expected: Body, actual: Buffer): string[] | undefined {
  if (expected.kind === 'missing') return [];
  if (expected.kind !== 'present')
    return actual.length === 0 ? [] : [`expected to be empty, but it was ${actual.length} bytes long`];
  return actual.length === 0 ? ['missing'] : undefined;
}

export function typeOfBytes(bytes: Buffer, headerValue: string | undefined): MediaType {
  const named = headerValue === undefined ? undefined : parseMediaType(headerValue);
  return named ?? (bytes.length === 0 ? unknownType : detectMediaType(bytes.subarray(0, 32)));
}

export function sameType(wanted: MediaType, given: MediaType): boolean {
  return (
    isUnknown(wanted) ||
    isUnknown(given) ||
    isEquivalent(wanted, given) ||
    isEquivalent(wanted, baseType(given))
  );
}

export function wrongType(wanted: MediaType, given: MediaType): string {
  return `expected ${showMediaType(wanted)}, but it was ${showMediaType(given)}`;
}

function allowedByRule(wanted: MediaType, given: MediaType, terms: Terms): boolean {
  const place = ['content-type'];
  if (terms.rules.select(place) === undefined) return false;
  return judgeHeader('Content-Type', place, showMediaType(wanted), showMediaType(given), terms) === undefined;
}

function compare(body: Body, wanted: MediaType, actual: Buffer, given: MediaType, terms: Terms): string[] {
  return body.kind === 'present' ? mismatchesOfContent(wanted, body.bytes, actual, terms, given) : [];
}
