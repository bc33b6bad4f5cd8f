import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The configuration as written, as JSON Schema; published with the package as `stagegate/config.schema.json`. */
export function configJsonSchema(): object {
  return {
    title: 'stagegate.config.ts',
    ...z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }),
  };
}
