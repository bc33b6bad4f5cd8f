export { type Postgres, startPostgres } from './postgres.ts';
export type { PostgresOptions } from './postgres-options.ts';
export { fieldsOfUrl } from './recipe-driver.ts';
export type { StoreAccess, StoreFields, StoreOptions, Tenant } from './store.ts';
export { type Stores, startStores, tenantName } from './stores.ts';
