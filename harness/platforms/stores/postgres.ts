import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StagegateError, type StoreSpec } from '../../model/index.ts';
import { madeUpPassword } from '../../plumbing/made-up-password.ts';
import { messageOf } from '../../plumbing/thrown.ts';
import { databaseName } from './database-name.ts';
import { openDatabases } from './lasting-databases.ts';
import { postgresFields } from './postgres-fields.ts';
import type { PostgresOptions } from './postgres-options.ts';
import { runSetupCommands } from './recipe-driver.ts';
import { type Address, type Server, superuser } from './server.ts';
import type { StoreAccess, StoreDriver, StoreOptions, StoreServer } from './store.ts';

/** A PostgreSQL server of one run. Disposing it stops the server and throws its data away; the log stays. */
export interface Postgres extends AsyncDisposable {
  /** As this process reaches it, with the right to create databases. Carries the password. */
  readonly adminUrl: string;
  /** The same server as tasks on the cluster reach it. */
  readonly taskUrl: string;
  readonly logFile: string;
  /** Creates an empty database and the one user who may connect to it, who owns it and nothing else. */
  provision(name: string): Promise<StoreAccess>;
  /** The same; resolves to its URL as tasks reach it. */
  createDatabase(name: string): Promise<string>;
}

/**
 * Starts a real PostgreSQL: the embedded binaries as a process, or a container.
 * @throws `SG_STORE_FAILED` naming the log.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const password = madeUpPassword();
  const server =
    options.runtime === 'docker'
      ? await (await import('./container.ts')).startContainer(options, password)
      : await (await import('./embedded.ts')).startEmbedded(options, password);
  return clientOf(server, { user: superuser, password }, options.logFile);
}

/** The kind `postgres` among the stores. */
export const postgres: StoreDriver = {
  async start(spec, { logs, onPassword, ...options }) {
    if (spec.url !== null) return byUrl(spec.url, `stores.${spec.name}.url`);
    const postgres = await startPostgres({
      ...options,
      logFile: join(logs, `${spec.name}.log`),
      alias: spec.name,
      ...(spec.image === null ? {} : { image: spec.image }),
    });
    onPassword(new URL(postgres.adminUrl).password);
    return { ...postgres, provision: withSetUp(spec, options, (tenant) => postgres.provision(tenant)) };
  },
};

/** Begins every new database with the scripts, the migration and the data that its specification names. */
function withSetUp(
  spec: StoreSpec,
  options: Pick<StoreOptions, 'signal' | 'marker' | 'root'>,
  provision: StoreServer['provision'],
): StoreServer['provision'] {
  return async (tenant) => {
    const access = await provision(tenant);
    for (const file of spec.init) {
      const { default: sqlClient } = await import('postgres');
      const sql = sqlClient(access.local.url, { max: 1, onnotice: () => {} });
      try {
        await sql.unsafe(await readFile(file, 'utf8'));
      } catch (error) {
        const said = messageOf(error);
        throw new StagegateError(
          'SG_STORE_FAILED',
          `stores.${spec.name}.init: ${basename(file)} for ${tenant}: ${said}`,
          { cause: error },
        );
      } finally {
        await sql.end({ timeout: 1 });
      }
    }
    await runSetupCommands(spec, access.local, tenant, options);
    return access;
  };
}

/** A server that is already there. What tenants have in it lasts. */
function byUrl(text: string, key: string): StoreServer {
  const url = new URL(text);
  const user = decodeURIComponent(url.username);
  const auth = user === '' ? null : { user, password: decodeURIComponent(url.password) };
  url.username = '';
  url.password = '';
  const databases = openDatabases({ url, auth, key });
  return {
    adminUrl: text,
    taskUrl: text,
    async provision(tenant) {
      const fields = await databases.ensure(tenant);
      return { task: fields, local: fields };
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function clientOf(
  server: Server,
  login: { readonly user: string; readonly password: string },
  logFile: string,
): Promise<Postgres> {
  const { default: sqlClient } = await import('postgres');
  const admin = (address: Address): string => postgresFields(address, { ...login, database: 'postgres' }).url;
  const sql = sqlClient(admin(server.adminAddress), { max: 2, onnotice: () => {} });
  const make = async (name: string): Promise<StoreAccess> => {
    const database = databaseName(name);
    const password = madeUpPassword();
    const quoted = sql(database);
    // The password is ours and has no quotes; a role's password cannot be a parameter.
    await sql.unsafe(`create role "${database}" login password '${password}'`);
    // Copying files beats copying through the log when nothing has to survive a crash.
    await sql`create database ${quoted} owner ${quoted} strategy file_copy`;
    await sql`revoke all on database ${quoted} from public`;
    const own = { user: database, password, database };
    return { task: postgresFields(server.taskAddress, own), local: postgresFields(server.adminAddress, own) };
  };
  const provision = (name: string): Promise<StoreAccess> =>
    make(name).catch((error: Error & { readonly code?: string }) => {
      throw new StagegateError(
        'SG_STORE_FAILED',
        `PostgreSQL made no database ${name}; its log is ${logFile}: ${error.message || error.code}`,
        { cause: error },
      );
    });
  return {
    adminUrl: admin(server.adminAddress),
    taskUrl: admin(server.taskAddress),
    logFile,
    provision,
    createDatabase: async (name) => (await provision(name)).task.url,
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 0 }).catch(() => {});
      await server[Symbol.asyncDispose]();
    },
  };
}
