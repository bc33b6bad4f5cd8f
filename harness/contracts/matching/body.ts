import { z } from 'zod';
import { type Json, readJson, writeJson } from './json.ts';
import { detectMediaType, isJson, isText, type MediaType, parseMediaType } from './media-type.ts';

/**
 * A body as a pact speaks of it. `missing`: nothing is said, so anything may come. `null` and `empty`: nothing may come.
 * A `type` is what the pact or the body itself names; without one it is told from the headers and the bytes.
 */
export type Body =
  | { readonly kind: 'missing' | 'null' | 'empty' }
  | { readonly kind: 'present'; readonly bytes: Buffer; readonly type?: MediaType };

const missing: Body = { kind: 'missing' };

/** The type of a body: its own, else what the headers say, else how it starts. */
export function typeOf(body: Body, headerValue: string | undefined): MediaType | undefined {
  if (body.kind !== 'present') return headerValue === undefined ? undefined : parseMediaType(headerValue);
  return (
    body.type ??
    (headerValue === undefined ? undefined : parseMediaType(headerValue)) ??
    detectMediaType(body.bytes)
  );
}

/** Reads a body of version 1 to 3, where it is written as it is. */
export function readPlainBody(written: unknown, headerValue: string | undefined): Body {
  if (written === undefined) return missing;
  if (written === null) return { kind: 'null' };
  if (typeof written !== 'string') return { kind: 'present', bytes: Buffer.from(writeJson(written as Json)) };
  if (written === '') return { kind: 'empty' };
  const type =
    (headerValue === undefined ? undefined : parseMediaType(headerValue)) ??
    detectMediaType(Buffer.from(written));
  if (isJson(type)) {
    const bytes = Buffer.from(isJsonText(written) ? written : `"${written}"`);
    return { kind: 'present', bytes, type };
  }
  if (isText(type)) return { kind: 'present', bytes: Buffer.from(written), type };
  return { kind: 'present', bytes: fromBase64(written) ?? Buffer.from(written) };
}

const wrapped = z.looseObject({
  content: z.unknown().optional(),
  contentType: z.string().optional(),
  encoded: z.union([z.string(), z.boolean()]).optional(),
});
const wrappedKeys = new Set(['content', 'contentType', 'contentTypeHint', 'encoded']);

/** Reads a body of version 4, which wraps it in `{content, contentType, encoded}`. */
export function readWrappedBody(written: unknown, headerValue: string | undefined): Body {
  if (written === undefined) return missing;
  if (written === null) return { kind: 'null' };
  const parsed = wrapped.safeParse(written);
  if (!parsed.success) return { kind: 'present', bytes: Buffer.from(writeJson(written as Json)) };
  const { content, contentType, encoded = false } = parsed.data;
  if (!('content' in parsed.data)) {
    const onlyAttributes = Object.keys(parsed.data).every((key) => wrappedKeys.has(key));
    return onlyAttributes ? missing : { kind: 'present', bytes: Buffer.from(writeJson(written as Json)) };
  }
  if (content === null) return { kind: 'null' };
  const type = parseMediaType(contentType ?? headerValue ?? '');
  const bytes = contentBytes(content, type, encoded);
  if (bytes.length === 0) return { kind: 'empty' };
  return { kind: 'present', bytes, type: type ?? detectMediaType(bytes.subarray(0, 32)) };
}

function contentBytes(content: unknown, type: MediaType | undefined, encoded: string | boolean): Buffer {
  const text = typeof content === 'string' ? content : writeJson(content as Json);
  if (typeof encoded === 'string' && encoded.toLowerCase() === 'base64')
    return fromBase64(text) ?? Buffer.from(text);
  const isPlain =
    encoded === false && type !== undefined && isJson(type) && typeof content === 'string' && content !== '';
  return Buffer.from(isPlain ? writeJson(content as Json) : text);
}

/** As Pact has it: an object or a text, and no other JSON. */
function isJsonText(text: string): boolean {
  const value = readJson(text)?.value;
  return typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

function fromBase64(text: string): Buffer | undefined {
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return isBase64 ? Buffer.from(text, 'base64') : undefined;
}
