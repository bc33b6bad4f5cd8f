import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import type { RuntimeName } from '../../model/index.ts';

/** A PostgreSQL server of one run. Disposing it stops the server and throws its data away; the log stays. */
export interface Postgres extends AsyncDisposable {
  /** As this process reaches it, with the right to create databases. Carries the password. */
  readonly adminUrl: string;
  /** The same server as tasks on the cluster reach it. */
  readonly taskUrl: string;
  readonly logFile: string;
  /** Creates an empty database; resolves to its URL as tasks reach it. */
  createDatabase(name: string): Promise<string>;
}

export interface PostgresOptions {
  readonly runtime: RuntimeName;
  /** Existing folder; data goes below it unless the server's user could not reach it there. */
  readonly folder: string;
  readonly logFile: string;
  /** Variables that mark the processes for the reaper. */
  readonly marker: Readonly<Record<string, string>>;
  /** Labels that mark the container for the reaper. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Docker network whose members reach the server by the name `postgres`; `docker` runtime only. */
  readonly dockerNetwork?: string;
  /** Where to put data when `folder` cannot be reached; default: the system's folder for temporary files. */
  readonly temporaryFolder?: string;
  readonly signal: AbortSignal;
}

/** A server of either kind, before it has a client. */
export interface Server extends AsyncDisposable {
  readonly adminAddress: Address;
  readonly taskAddress: Address;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export const superuser = 'stagegate';

/**
 * Starts a real PostgreSQL: the embedded binaries as a process, or a container.
 * @throws `SG_STORE_FAILED` naming the log.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const password = randomBytes(18).toString('base64url');
  const server =
    options.runtime === 'docker'
      ? await (await import('./container.ts')).startContainer(options, password)
      : await (await import('./embedded.ts')).startEmbedded(options, password);
  const urlAt = ({ host, port }: Address, database: string): string =>
    `postgres://${superuser}:${password}@${host}:${port}/${database}`;
  const sql = postgres(urlAt(server.adminAddress, 'postgres'), { max: 2, onnotice: () => {} });
  return {
    adminUrl: urlAt(server.adminAddress, 'postgres'),
    taskUrl: urlAt(server.taskAddress, 'postgres'),
    logFile: options.logFile,
    async createDatabase(name) {
      // Copying files beats copying through the log when nothing has to survive a crash.
      await sql`create database ${sql(name)} strategy file_copy`;
      return urlAt(server.taskAddress, name);
    },
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 0 }).catch(() => {});
      await server[Symbol.asyncDispose]();
    },
  };
}

/** For servers whose data nobody needs after the run: nothing waits for a disk. */
export const throwAwaySettings: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
  jit: 'off',
  shared_buffers: '64MB',
  max_connections: '400',
};
