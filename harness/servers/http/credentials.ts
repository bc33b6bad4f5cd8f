import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A user and a password, as Basic authentication sends them. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Takes the same time wherever, and by how much, the two differ. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/**
 * True when an Authorization header proves these credentials: as `Basic`, or as `Bearer` or `token=` (what DC/OS
 * clients send) with the password as the token.
 */
export function proves(authorization: string | undefined, { user, password }: Credentials): boolean {
  const { scheme = '', value = '' } =
    /^(?<scheme>basic|bearer|token)(?: +|=)(?<value>\S+)\s*$/i.exec(authorization ?? '')?.groups ?? {};
  if (scheme === '') return false;
  if (scheme.toLowerCase() !== 'basic') return sameSecret(value, password);
  return sameSecret(Buffer.from(value, 'base64').toString('utf8'), `${user}:${password}`);
}

/** The Authorization header of a client. */
export function basicAuth({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** A password nobody can guess, without characters that a URL or a shell would need escaped. */
export function makeUpCredentials(user: string): Credentials {
  return { user, password: randomBytes(18).toString('base64url') };
}
