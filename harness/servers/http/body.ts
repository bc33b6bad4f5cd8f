import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  /** Answer 413 with `refuse`, so that a client that is still sending sees the answer. */
  | { readonly kind: 'too-large' }
  /** The client left in the middle: there is nobody to answer. */
  | { readonly kind: 'broken' };

/** Reads a body up to the limit. Of a larger one nothing is kept, and the rest of it is left unread. */
export async function readBody(incoming: IncomingMessage, limitBytes: number): Promise<Body> {
  if (Number(incoming.headers['content-length'] ?? 0) > limitBytes) return { kind: 'too-large' };
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Leaving the loop must not destroy the socket, or the answer could not be sent.
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      length += (chunk as Buffer).length;
      if (length > limitBytes) return { kind: 'too-large' };
      chunks.push(chunk as Buffer);
    }
  } catch {
    return { kind: 'broken' };
  }
  return { kind: 'whole', bytes: Buffer.concat(chunks) };
}
