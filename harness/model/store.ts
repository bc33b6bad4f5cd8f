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

/** A database or broker that services use. */
export interface StoreSpec {
  readonly name: string;
  readonly kind: StoreKind;
  /** Image to run under docker instead of the kind's own; always there for kind `image`. */
  readonly image: string | null;
  /** Port inside the image; needed for kind `image` only. */
  readonly port: number | null;
  /** Command of the image instead of its own. */
  readonly command: readonly string[] | null;
  /** Variables of the image. */
  readonly env: Readonly<Record<string, string>>;
  /** When an image is ready: a line in its log, a path that answers 200; null: its port accepts connections. */
  readonly ready: { readonly log: string } | { readonly path: string } | null;
  /** One database, prefix or virtual host for all services of an environment, instead of one each. */
  readonly shared: boolean;
  /** A server that is already there; null: stagegate starts one. */
  readonly url: string | null;
  /** Absolute paths of files that fill a new database, in order. */
  readonly init: readonly string[];
  /** Shell commands run for each new database, with its address in the environment. */
  readonly migrate: string | null;
  readonly seed: string | null;
}
