import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { atEndOfFile } from './end-of-file.ts';
import { stage } from './stage.ts';

/** An empty database on the run's PostgreSQL. */
export interface Database {
  /** As the test reaches it. */
  readonly url: string;
  /** As tasks on the cluster reach it. */
  readonly taskUrl: string;
  /** Drops it now, whoever is connected; it is dropped at the end of the file anyway. */
  drop(): Promise<void>;
}

/**
 * Creates a fresh database, without any table: a service migrates it, in a test as in production.
 *
 * @example const database = await createDatabase('orders');
 */
export async function createDatabase(service: string): Promise<Database> {
  const { stage: stageName, postgres: access } = stage();
  if (access === undefined) {
    throw new Error(
      `The ${stageName} stage has no PostgreSQL: no service names a database in stagegate.config.ts.`,
    );
  }
  const name = `${stageName}_${service}_${randomUUID().slice(0, 8)}`.replaceAll(/[^a-z0-9_]/g, '_');
  await administer(access.adminUrl, `create database "${name}"`);
  let dropped: Promise<void> | undefined;
  const drop = (): Promise<void> => {
    dropped ??= administer(access.adminUrl, `drop database if exists "${name}" with (force)`);
    return dropped;
  };
  atEndOfFile(drop);
  return { url: withDatabase(access.adminUrl, name), taskUrl: withDatabase(access.taskUrl, name), drop };
}

async function administer(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
