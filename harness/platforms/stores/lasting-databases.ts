import { createHmac } from 'node:crypto';
import { StagegateError } from '../../model/index.ts';
import { madeUpPassword } from '../../plumbing/made-up-password.ts';
import { databaseName } from './database-name.ts';
import { postgresFields } from './postgres-fields.ts';
import type { StoreFields } from './store.ts';

/** A PostgreSQL server that somebody else runs, as a user who may create databases. */
export interface DatabaseServer {
  readonly url: URL;
  readonly auth: { readonly user: string; readonly password: string } | null;
  /** The configuration's key, for messages. */
  readonly key: string;
}

/** Databases that outlive a command: one that is there already keeps what is in it. */
export function openDatabases(server: DatabaseServer): { ensure(name: string): Promise<StoreFields> } {
  return { ensure: (name) => ensure(server, databaseName(name)) };
}

/** Resolves to the database, made with a user of its own if it was not there. */
async function ensure(server: DatabaseServer, name: string): Promise<StoreFields> {
  const password = passwordOf(server, name);
  const { default: postgres } = await import('postgres');
  const sql = postgres(urlOf(server, 'postgres', server.auth), {
    max: 1,
    onnotice: () => {},
    connect_timeout: 10,
  });
  try {
    const [user] = await sql`select 1 from pg_roles where rolname = ${name}`;
    const secret = sql.unsafe(`'${password}'`);
    if (user === undefined) await sql`create role ${sql(name)} login password ${secret}`;
    else await sql`alter role ${sql(name)} with login password ${secret}`;
    const [database] = await sql`select 1 from pg_database where datname = ${name}`;
    if (database === undefined) await sql`create database ${sql(name)} owner ${sql(name)}`;
    await sql`revoke all on database ${sql(name)} from public`;
    const address = { host: server.url.hostname, port: Number(server.url.port || 5432) };
    return postgresFields(address, { user: name, password, database: name });
  } catch (error) {
    const said =
      error instanceof Error ? error.message || String((error as { code?: string }).code) : String(error);
    throw new StagegateError('SG_PLATFORM_UNREACHABLE', `${server.key}: ${server.url.host}: ${said}`, {
      cause: error,
    });
  } finally {
    await sql.end({ timeout: 0 }).catch(() => {});
  }
}

/**
 * The same in every command, though nobody keeps it: the version that is replaced goes on with it during a rollout, and
 * after a rollback. A server that asks its administrator for no password is given one that is made anew each time.
 */
function passwordOf({ auth }: DatabaseServer, name: string): string {
  const secret = auth?.password ?? '';
  if (secret === '') return madeUpPassword();
  return createHmac('sha256', secret).update(`stagegate user ${name}`).digest('base64url').slice(0, 32);
}

function urlOf({ url }: DatabaseServer, database: string, auth: DatabaseServer['auth']): string {
  const full = new URL(url);
  full.pathname = `/${database}`;
  full.username = auth === null ? '' : encodeURIComponent(auth.user);
  full.password = auth === null ? '' : encodeURIComponent(auth.password);
  return full.href;
}
