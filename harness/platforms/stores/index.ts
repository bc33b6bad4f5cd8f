export { type Postgres, type PostgresOptions, startPostgres } from './postgres.ts';
export type { StoreAccess, StoreFields, StoreOptions, Tenant } from './store.ts';
export { type Stores, startStores, tenantName } from './stores.ts';
