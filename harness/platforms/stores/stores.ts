import { StagegateError, type StoreSpec } from '../../model/index.ts';
import { driverOf } from './recipe-driver.ts';
import type { StoreAccess, StoreDriver, StoreOptions, Tenant } from './store.ts';

/** The stores of one run. Disposing stops every server that was started. */
export interface Stores extends AsyncDisposable {
  /** The first PostgreSQL, with the right to create databases; null when there is none. */
  readonly postgres: { readonly adminUrl: string; readonly taskUrl: string } | null;
  /** A tenant's part of a store, made when it is first asked for; null when there is no store of that name. */
  access(store: string, tenant: Tenant): Promise<StoreAccess | null>;
}

/** Where each kind lives; loaded when it is used. */
const drivers: Readonly<Record<StoreSpec['kind'], () => Promise<StoreDriver>>> = {
  postgres: async () => (await import('./postgres.ts')).postgres,
  mysql: async () => driverOf((await loadMysql()).mysql),
  mariadb: async () => driverOf((await loadMysql()).mariadb),
  mongo: async () => driverOf((await import('./kinds/mongo.ts')).mongo),
  redis: async () => driverOf((await import('./kinds/redis.ts')).redis),
  valkey: async () => driverOf((await import('./kinds/redis.ts')).valkey),
  rabbitmq: async () => driverOf((await import('./kinds/rabbitmq.ts')).rabbitmq),
  kafka: async () => driverOf((await import('./kinds/kafka.ts')).kafka),
  redpanda: async () => driverOf((await import('./kinds/kafka.ts')).redpanda),
  nats: async () => driverOf((await import('./kinds/nats.ts')).nats),
  minio: async () => driverOf((await import('./kinds/minio.ts')).minio),
  image: async () => driverOf((await import('./kinds/image.ts')).image),
};

/** Its client is left to those who want it. @throws `SG_STORE_FAILED` */
async function loadMysql() {
  return import('./kinds/mysql.ts').catch((cause: unknown) => {
    throw new StagegateError(
      'SG_STORE_FAILED',
      'The client of MySQL and MariaDB is not installed: npm install --save-dev mysql2.',
      { cause },
    );
  });
}

/** Starts every store side by side. @throws `SG_STORE_FAILED`; what had started is stopped then. */
export async function startStores(specs: readonly StoreSpec[], options: StoreOptions): Promise<Stores> {
  await using started = new AsyncDisposableStack();
  const results = await Promise.allSettled(
    specs.map(async (spec) => {
      const driver = await drivers[spec.kind]();
      return { spec, server: started.use(await driver.start(spec, options)) };
    }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const servers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const running = started.move();
  const known = new Map<string, Promise<StoreAccess>>();
  const [postgres] = servers.flatMap(({ server: { adminUrl, taskUrl } }) =>
    adminUrl === undefined || taskUrl === undefined ? [] : [{ adminUrl, taskUrl }],
  );
  return {
    postgres: postgres ?? null,
    async access(store, tenant) {
      const found = servers.find(({ spec }) => spec.name === store);
      if (found === undefined) return null;
      const key = `${store} ${tenantName(found.spec, tenant)}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const access = found.server.provision(tenantName(found.spec, tenant));
      known.set(key, access);
      const { task } = await access.catch(() => ({ task: null }));
      if (task !== null && task.password !== '') options.onPassword(task.password);
      return access;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** One name for each tenant; the same for all services of an environment where the store is shared. */
export function tenantName({ shared }: Pick<StoreSpec, 'shared'>, { environment, service }: Tenant): string {
  return shared ? environment : `${environment}-${service}`;
}
