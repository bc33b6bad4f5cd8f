import { StagegateError } from '../model/index.ts';
import type { Address } from './config.ts';
import { readSettings } from './settings.ts';

/** An address without its user and password, and those beside it. */
export interface ResolvedAddress {
  readonly url: URL;
  readonly auth: { readonly user: string; readonly password: string } | null;
}

/** What is written, or what the variable holds. @throws `SG_CONFIG_INVALID` naming `key` */
export function resolveText(written: Address, key: string): string {
  const text = typeof written === 'string' ? written : readSettings().env[written.env];
  if (text !== undefined && text !== '') return text;
  const source = typeof written === 'string' ? '' : ` in ${written.env}`;
  throw new StagegateError('SG_CONFIG_INVALID', `${key}: there is nothing${source}; set the variable.`);
}

/** Reads an address, from its variable where it is kept in one. @throws `SG_CONFIG_INVALID` naming `key` */
export function resolveAddress(address: Address, key: string): ResolvedAddress {
  const text = resolveText(address, key);
  const source = typeof address === 'string' ? '' : ` in ${address.env}`;
  if (!URL.canParse(text)) {
    throw new StagegateError(
      'SG_CONFIG_INVALID',
      `${key}: what is written${source} is no URL; write e.g. http://host:8080.`,
    );
  }
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { url, auth: null };
  return { url, auth: { user: decodeURIComponent(username), password: decodeURIComponent(password) } };
}
