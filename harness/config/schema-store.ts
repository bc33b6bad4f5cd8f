import { z } from 'zod';
import { storeKinds } from '../model/index.ts';
import { relativePath, variable } from './schema-words.ts';

const storeObject = z.strictObject({
  kind: z.enum(storeKinds).optional(),
  /** Image to run under docker; needed for any store that is not one of the known kinds. */
  image: z.string().min(1).optional(),
  /** Port inside the image. */
  port: z.number().int().min(1).max(65_535).optional(),
  command: z.array(z.string()).optional(),
  env: z.record(variable, z.string()).optional(),
  ready: z
    .union(
      [z.strictObject({ log: z.string().min(1) }), z.strictObject({ path: z.string().startsWith('/') })],
      "write { log: 'text in its log' } or { path: '/healthy' }",
    )
    .optional(),
  /** One database for all services of an environment, instead of one each. */
  shared: z.boolean().optional(),
  /** A server that is already there, with the right to create databases: a URL or the variable that holds it. */
  url: z.union([z.url(), z.strictObject({ env: variable })], "write a URL or { env: 'NAME' }").optional(),
  /** Files that fill a new database: a path or pattern, or several in order. */
  init: z.union([relativePath, z.array(relativePath)], 'write a path or an array of paths').optional(),
  /** Shell commands run for each new database. */
  migrate: z.string().min(1).optional(),
  seed: z.string().min(1).optional(),
});

/** A kind, or a kind with options. */
export const store = z.union(
  [z.enum(storeKinds), storeObject],
  `write a kind (${storeKinds.filter((kind) => kind !== 'image').join(', ')}) or an object: { kind, … }`,
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
