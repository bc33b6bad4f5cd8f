import { randomBytes } from 'node:crypto';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type Connection, createConnection } from 'mysql2/promise';
import { usualStoreImages } from '../../../model/index.ts';
import { madeUpPassword } from '../../../plumbing/made-up-password.ts';
import { type Login, plainName, quoted, type StoreRecipe } from '../recipe.ts';
import type { Address } from '../server.ts';

/** MySQL's names of users are shorter than those of databases. */
const longestUser = 32;
const volatile = ['--skip-log-bin', '--innodb-flush-log-at-trx-commit=0', '--skip-name-resolve'];

function mysqlLike(
  about: Pick<StoreRecipe, 'title' | 'image' | 'programs' | 'install'>,
  prefix: string,
): StoreRecipe {
  return {
    ...about,
    port: 3306,
    container: ({ login }) => ({
      env: { [`${prefix}_ROOT_PASSWORD`]: login.password, [`${prefix}_ROOT_HOST`]: '%' },
      command: volatile,
      tmpfs: ['/var/lib/mysql'],
    }),
    async program({ program, folder, host, port, login, owner, marker, signal }) {
      const data = join(folder, 'data');
      await mkdir(data);
      if (owner !== null) await chown(data, owner.uid, owner.gid);
      const user = owner === null ? {} : owner;
      const options = { ...user, cwd: folder, env: marker, cancelSignal: signal };
      // Debian calls MariaDB's server mysqld too.
      const isMariadb = /mariadb/i.test((await execa(program, ['--version'], options)).stdout);
      const install = join(dirname(program), '..', 'bin', 'mariadb-install-db');
      await (isMariadb
        ? execa(
            install,
            ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal'],
            options,
          )
        : execa(program, ['--no-defaults', '--initialize-insecure', `--datadir=${data}`], options));
      const socket = join(folder, 'm.sock');
      return {
        args: [
          '--no-defaults',
          `--datadir=${data}`,
          `--port=${port}`,
          `--bind-address=${host}`,
          `--socket=${socket}`,
          `--pid-file=${join(folder, 'm.pid')}`,
          ...volatile,
          // The made-up user is there from the first moment on, and root is not.
          `--init-file=${await initFile(folder, login)}`,
        ],
        unprivileged: true,
      };
    },
    async ping({ address, login }) {
      await using connection = await open(address, login);
      await connection.sql.query('select 1');
    },
    async provision({ address, login }, tenant) {
      const database = plainName(tenant);
      const user = database.slice(0, longestUser - 5) + randomBytes(2).toString('hex');
      const password = madeUpPassword();
      await using connection = await open(address, login);
      await connection.sql.query(`create database \`${database}\` character set utf8mb4`);
      await connection.sql.query(`create user '${user}'@'%' identified by '${password}'`);
      await connection.sql.query(`grant all on \`${database}\`.* to '${user}'@'%'`);
      return { user, password, database, prefix: '' };
    },
    url: ({ host, port }, { user, password, database }) =>
      `mysql://${quoted(user)}:${quoted(password)}@${host}:${port}/${database}`,
    async script(address, { user, password, database }, text) {
      await using connection = await open(address, { user, password }, database);
      await connection.sql.query(text);
    },
  };
}

async function initFile(folder: string, { user, password }: Login): Promise<string> {
  const file = join(folder, 'init.sql');
  const login = `'${user}'@'%' identified by '${password}'`;
  await writeFile(
    file,
    `create user ${login};\ngrant all on *.* to '${user}'@'%' with grant option;\ndrop user if exists 'root'@'localhost';\n`,
    {
      mode: 0o644,
    },
  );
  return file;
}

async function open(
  { host, port }: Address,
  { user, password }: Login,
  database?: string,
): Promise<AsyncDisposable & { readonly sql: Connection }> {
  const sql = await createConnection({
    host,
    port,
    user,
    password,
    multipleStatements: true,
    connectTimeout: 5_000,
    ...(database === undefined ? {} : { database }),
  });
  return { sql, [Symbol.asyncDispose]: () => sql.end() };
}

export const mysql = mysqlLike(
  {
    title: 'MySQL',
    image: usualStoreImages.mysql,
    programs: ['mysqld', 'mariadbd'],
    install: 'apt-get install mariadb-server, or brew install mysql',
  },
  'MYSQL',
);

export const mariadb = mysqlLike(
  {
    title: 'MariaDB',
    image: usualStoreImages.mariadb,
    programs: ['mariadbd'],
    install: 'apt-get install mariadb-server, or brew install mariadb',
  },
  'MARIADB',
);
