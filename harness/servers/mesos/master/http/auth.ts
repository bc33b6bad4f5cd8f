import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { header } from './request.ts';
import { type Answer, text } from './respond.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Routes that Mesos answers to anybody. */
const open = new Set(['/health', '/version', '/redirect']);

/** Who asks, or the 401 for a request without the right credentials. */
export function authenticate(
  incoming: IncomingMessage,
  path: string,
  credentials: Credentials | undefined,
): { readonly principal?: string } | { readonly refusal: Answer } {
  if (credentials === undefined || open.has(path)) return {};
  const [scheme, encoded = ''] = (header(incoming, 'authorization') ?? '').split(' ');
  const given = Buffer.from(encoded, 'base64').toString('utf8');
  const expected = `${credentials.user}:${credentials.password}`;
  if (scheme?.toLowerCase() === 'basic' && sameText(given, expected)) return { principal: credentials.user };
  const realm = path === '/api/v1/scheduler' ? 'mesos-master-scheduler' : 'mesos-master-readwrite';
  return { refusal: text(401, '', { 'WWW-Authenticate': `Basic realm="${realm}"` }) };
}

/** Takes the same time wherever the texts differ. */
function sameText(a: string, b: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(a), digest(b));
}
