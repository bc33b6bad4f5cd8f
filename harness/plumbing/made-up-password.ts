import { randomBytes } from 'node:crypto';

/** 18 random bytes, without characters that a URL, a shell or SQL would need escaped. */
export function madeUpPassword(): string {
  return randomBytes(18).toString('base64url');
}
