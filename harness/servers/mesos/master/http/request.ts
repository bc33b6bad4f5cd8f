import type { IncomingMessage } from 'node:http';

/** A request without its body. */
export interface Request {
  readonly method: string;
  /** Without the `/master` that every route may be asked for with. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly incoming: IncomingMessage;
  /** Who authenticated; absent when nobody has to. */
  readonly principal?: string;
}

export function header(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** As Mesos reads `Accept`: absent means anything; a quality of zero means no. */
export function acceptsMediaType(incoming: IncomingMessage, mediaType: string): boolean {
  const accept = header(incoming, 'accept');
  if (accept === undefined) return true;
  const [type] = mediaType.split('/');
  return accept.split(',').some((entry) => {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim());
    if (parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) return false;
    return range === '*/*' || range === mediaType || range === `${type}/*`;
  });
}

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' | 'broken' };

/** Reads a body up to the limit. Of a larger one nothing is kept; the rest of it is left unread. */
export async function readBody(incoming: IncomingMessage, limitBytes: number): Promise<Body> {
  if (Number(header(incoming, 'content-length') ?? 0) > limitBytes) return { kind: 'too-large' };
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
