export const storeKinds = [
  'postgres',
  'mysql',
  'mariadb',
  'mongo',
  'redis',
  'valkey',
  'rabbitmq',
  'kafka',
  'redpanda',
  'nats',
  'minio',
  'image',
] as const;
export type StoreKind = (typeof storeKinds)[number];

/** What is run under docker for a store that names no image; null: it has to name one. */
export const usualStoreImages = {
  postgres: 'postgres:15-bookworm',
  mysql: 'mysql:8.4',
  mariadb: 'mariadb:11',
  mongo: 'mongo:7',
  redis: 'redis:7',
  valkey: 'valkey/valkey:8',
  rabbitmq: 'rabbitmq:4',
  kafka: 'apache/kafka:3.9.0',
  redpanda: 'redpandadata/redpanda:v24.2.7',
  nats: 'nats:2',
  minio: 'minio/minio:latest',
  image: null,
} as const satisfies Readonly<Record<StoreKind, string | null>>;

/** A database or a broker that services use. */
export interface StoreSpec {
  readonly name: string;
  readonly kind: StoreKind;
  /** Image to run under docker instead of the kind's own; of kind `image`, the image itself. */
  readonly image: string | null;
  /** One part for all services of an environment, instead of one each. */
  readonly shared: boolean;
  /** A server for each part, instead of a database, a virtual host or a prefix in one for the run. */
  readonly dedicated: boolean;
  /** What services are given of it carries no password, so it must answer without one; of Redis and its like. */
  readonly open: boolean;
  /** A server that is already there, with a user who may create databases and users; null: stagegate starts one. */
  readonly url: string | null;
  /** Of kind `image`: where it listens, what it is given, and when it is ready. */
  readonly port: number | null;
  readonly env: Readonly<Record<string, string>>;
  readonly command: string | null;
  readonly wait: StoreWait;
  /** Absolute paths of scripts that every new part begins with, in order. */
  readonly init: readonly string[];
  /** Shell commands that bring a new part to its tables and its data. */
  readonly migrate: string | null;
  readonly seed: string | null;
}

/** When an image counts as ready: its port accepts, a path answers with a status below 400, or it printed a line. */
export type StoreWait = 'port' | { readonly http: string } | { readonly log: string };
