import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { problem, type Reply } from './reply.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface AccessRules {
  /** Absent: everyone may do everything. */
  readonly credentials?: Credentials;
  /** May look at everything and change nothing. */
  readonly readOnlyCredentials?: Credentials;
}

/** The answer to a request that may not go on; undefined when it may. */
export function refuseAccess(request: IncomingMessage, rules: AccessRules): Reply | undefined {
  const { credentials, readOnlyCredentials } = rules;
  if (credentials === undefined && readOnlyCredentials === undefined) return undefined;
  const given = request.headers.authorization;
  if (credentials !== undefined && isSame(given, credentials)) return undefined;
  if (readOnlyCredentials !== undefined && isSame(given, readOnlyCredentials)) {
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    return isReading ? undefined : problem(403, 'Not Authorized to perform this action!');
  }
  return {
    ...problem(401, 'Invalid username or password.'),
    headers: { 'WWW-Authenticate': 'Basic realm="Mesosphere",charset="UTF-8"' },
  };
}

function isSame(header: string | undefined, { user, password }: Credentials): boolean {
  const expected = Buffer.from(Buffer.from(`${user}:${password}`).toString('base64'));
  const given = Buffer.from(/^basic +(\S+)\s*$/i.exec(header ?? '')?.[1] ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
