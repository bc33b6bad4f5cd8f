import { type Answer, type Credentials, proves, text } from '../../http/index.ts';
import type { Request } from './request.ts';

/** Routes that Mesos answers to anybody: they tell that it runs, and which version. */
const open = new Set(['/health', '/version', '/redirect']);

/** Who asks, or the 401 for a request without the right credentials. */
export function authenticate(
  { path, incoming }: Omit<Request, 'principal'>,
  credentials: Credentials | undefined,
): { readonly principal?: string } | { readonly refusal: Answer } {
  if (credentials === undefined || open.has(path)) return {};
  if (proves(incoming.headers.authorization, credentials)) return { principal: credentials.user };
  const realm = path === '/api/v1/scheduler' ? 'mesos-master-scheduler' : 'mesos-master-readwrite';
  return { refusal: text(401, '', { 'WWW-Authenticate': `Basic realm="${realm}"` }) };
}
