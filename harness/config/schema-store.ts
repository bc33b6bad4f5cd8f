import { z } from 'zod';
import { storeKinds } from '../model/index.ts';
import { relativePath, variable } from './schema-words.ts';

const wait = z.union(
  [
    z.literal('port'),
    z.strictObject({ http: z.string().startsWith('/') }),
    z.strictObject({ log: z.string().min(1) }),
  ],
  "write 'port', { http: '/path' } or { log: 'regular expression' }",
);

const storeObject = z.strictObject({
  kind: z.enum(storeKinds),
  /** Image to run under docker instead of the kind's own; of kind `image`, the image itself. */
  image: z.string().min(1).optional(),
  /**
   * One part for all services of an environment (`true`: usual for caches and brokers) or one each (`false`: usual for
   * postgres, mysql, mariadb and mongo).
   */
  shared: z.boolean().optional(),
  /** A server for each part instead of a database or virtual host in one; usual for redis, valkey, nats and image. */
  dedicated: z.boolean().optional(),
  /** A server that is already there, with the right to create databases: a URL or the variable that holds it. */
  url: z.union([z.url(), z.strictObject({ env: variable })], "write a URL or { env: 'NAME' }").optional(),
  /** Of kind `image`: the port it listens on. */
  port: z.number().int().min(1).max(65_535).optional(),
  /** Variables of its container. */
  env: z.record(variable, z.string()).optional(),
  /** Of kind `image`: shell command instead of the image's own. */
  command: z.string().min(1).optional(),
  /** Of kind `image`: when it is ready. Default: its port accepts. */
  wait: wait.optional(),
  /** Scripts that every new database begins with, in order, relative to the configuration file. */
  init: z.array(relativePath).optional(),
  /** Shell command that brings a new database to its tables; told where it is in STORE_URL, STORE_HOST and so on. */
  migrate: z.string().min(1).optional(),
  /** Shell command that puts data into a new database, after `migrate`. */
  seed: z.string().min(1).optional(),
});

/** A kind, or a kind with options. */
export const store = z.union(
  [z.enum(storeKinds), storeObject],
  `write a kind (${storeKinds.join(', ')}) or an object: { kind, … }`,
);
export const stores = z.record(
  z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
      'use lower-case letters, digits and inner dashes, such as "db"',
    ),
  store,
);
