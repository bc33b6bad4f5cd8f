import { z } from 'zod';

export const name = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'use lower-case letters, digits and inner dashes, such as "orders"',
  );
export const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'use letters, digits and underscores, such as "DATABASE_URL"');
export const relativePath = z.string().min(1, 'write a path relative to the configuration file');
