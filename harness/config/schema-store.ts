import { z } from 'zod';
import { storeKinds } from '../model/index.ts';
import { variable } from './schema-words.ts';

const storeObject = z.strictObject({
  kind: z.enum(storeKinds),
  /** Image to run under docker instead of the kind's own. */
  image: z.string().min(1).optional(),
  /** One database for all services of an environment, instead of one each. */
  shared: z.boolean().optional(),
  /** A server that is already there, with the right to create databases: a URL or the variable that holds it. */
  url: z.union([z.url(), z.strictObject({ env: variable })], "write a URL or { env: 'NAME' }").optional(),
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
