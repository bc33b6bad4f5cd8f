import { type Field, tokensOf } from './head.ts';

/** Where the body of a message ends. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  /** Answers only: the body ends with the connection. */
  | { readonly kind: 'until-close' };

export const noBody: Framing = { kind: 'none' };
export const untilClose: Framing = { kind: 'until-close' };
const chunked: Framing = { kind: 'chunked' };

/** What the fields say of the body; `unsaid` when they say nothing. */
export type FramingFound =
  | Framing
  | { readonly kind: 'unsaid' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'unknown-coding' };

/**
 * Reads Content-Length and Transfer-Encoding as HAProxy does: both together mean chunked (the length is never passed on),
 * lengths that differ are malformed, equal ones are one.
 */
export function framingOf(fields: readonly Field[]): FramingFound {
  let length: string | undefined;
  let codings: string | undefined;
  for (const { key, value } of fields) {
    if (key === 'content-length') length = length === undefined ? value : `${length},${value}`;
    else if (key === 'transfer-encoding') codings = codings === undefined ? value : `${codings},${value}`;
  }
  const bytes = length === undefined ? undefined : bytesOf(length);
  if (bytes === null) return { kind: 'malformed' };
  if (codings !== undefined) return codings.toLowerCase() === 'chunked' ? chunked : otherCodings(codings);
  if (bytes === undefined) return { kind: 'unsaid' };
  return bytes === 0 ? noBody : { kind: 'length', bytes };
}

function otherCodings(codings: string): FramingFound {
  const names = tokensOf(codings);
  if (names.length > 1 && names.indexOf('chunked') === names.length - 1) return { kind: 'unknown-coding' };
  return { kind: 'malformed' };
}

/** Null when it is no length, too large to count exactly, or several that differ. */
function bytesOf(value: string): number | null {
  const [first = '', ...others] = value.split(',').map((one) => one.trim());
  if (!/^\d{1,15}$/.test(first) || others.some((other) => other !== first)) return null;
  return Number(first);
}
