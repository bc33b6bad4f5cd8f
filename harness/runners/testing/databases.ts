import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { madeUpPassword } from '../../plumbing/made-up-password.ts';
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
  const password = madeUpPassword();
  await administer(access.adminUrl, `create role "${name}" login password '${password}'`);
  await administer(access.adminUrl, `create database "${name}" owner "${name}"`);
  let dropped: Promise<void> | undefined;
  const drop = (): Promise<void> => {
    dropped ??= administer(access.adminUrl, `drop database if exists "${name}" with (force)`).then(() =>
      administer(access.adminUrl, `drop role if exists "${name}"`),
    );
    return dropped;
  };
  atEndOfFile(drop);
  const own = (url: string): string => withLogin(url, { name, password });
  return { url: own(access.adminUrl), taskUrl: own(access.taskUrl), drop };
}

async function administer(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function withLogin(
  url: string,
  { name, password }: { readonly name: string; readonly password: string },
): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  changed.username = name;
  changed.password = password;
  return changed.href;
}
