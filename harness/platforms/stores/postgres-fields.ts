import type { Address } from './server.ts';
import type { StoreFields } from './store.ts';

/** A database and its user as templates ask for them. */
export function postgresFields(
  { host, port }: Address,
  {
    user,
    password,
    database,
  }: { readonly user: string; readonly password: string; readonly database: string },
): StoreFields {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const url = `postgres://${login}@${host}:${port}/${encodeURIComponent(database)}`;
  return { url, host, port: String(port), user, password, database, prefix: '' };
}
