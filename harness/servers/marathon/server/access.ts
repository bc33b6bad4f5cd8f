import type { IncomingMessage } from 'node:http';
import { type Credentials, proves } from '../../http/index.ts';
import { problem, type Reply } from './reply.ts';

export interface AccessRules {
  /** Absent: everyone may do everything. */
  readonly credentials?: Credentials;
  /** May look at everything and change nothing. */
  readonly readOnlyCredentials?: Credentials;
}

/** The answer to a request that may not go on; undefined when it may. */
export function refuseAccess({ method, headers }: IncomingMessage, rules: AccessRules): Reply | undefined {
  const { credentials, readOnlyCredentials } = rules;
  if (credentials === undefined && readOnlyCredentials === undefined) return undefined;
  if (credentials !== undefined && proves(headers.authorization, credentials)) return undefined;
  if (readOnlyCredentials !== undefined && proves(headers.authorization, readOnlyCredentials)) {
    const isReading = method === 'GET' || method === 'HEAD';
    return isReading ? undefined : problem(403, 'Not Authorized to perform this action!');
  }
  return {
    ...problem(401, 'Invalid username or password.'),
    headers: { 'WWW-Authenticate': 'Basic realm="Mesosphere",charset="UTF-8"' },
  };
}
