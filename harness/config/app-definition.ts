import { z } from 'zod';

/**
 * The parts of a Marathon app definition that stagegate reads or replaces. Everything else is passed on untouched,
 * so a service may use whatever its Marathon understands.
 */
export const appDefinitionSchema = z.looseObject({
  id: z.string(),
  cmd: z.string().nullish(),
  args: z.array(z.string()).nullish(),
  instances: z.number().int().min(0).optional(),
  cpus: z.number().min(0).optional(),
  mem: z.number().min(0).optional(),
  env: z.record(z.string(), z.unknown()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  dependencies: z.array(z.string()).optional(),
  container: z
    .looseObject({
      type: z.string().optional(),
      docker: z.looseObject({ image: z.string() }).optional(),
      portMappings: z
        .array(
          z.looseObject({
            containerPort: z.number().int().min(0).max(65_535).optional(),
            name: z.string().optional(),
            protocol: z.string().optional(),
            labels: z.record(z.string(), z.string()).optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

/** A Marathon app definition as a service's authors write it. */
export type AppDefinition = z.output<typeof appDefinitionSchema>;
