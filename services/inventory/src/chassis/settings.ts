import * as z from 'zod';

/** What every service of the shop may be told; a service adds its own keys. */
export const httpSettings = {
  /** 0 picks a free port; the first log line says which. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  LISTEN_ADDRESS: z.string().min(1).default('0.0.0.0'),
  /** How long a stopping task still answers, so that load balancers learn of it first. */
  DRAIN_MS: z.coerce.number().int().min(0).max(60_000).default(500),
};

/** @throws Error naming every setting that is missing or wrong, one a line, without its value: it may be a secret. */
export function readSettings<Schema extends z.ZodType>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const settings = schema.safeParse(env);
  if (settings.success) return settings.data;
  const problems = settings.error.issues.map(({ path, message }) => {
    const key = path.join('.');
    return env[key] === undefined ? `${key} is not set` : `${key}: ${message}`;
  });
  throw new Error(`The environment is not usable:\n${problems.join('\n')}`);
}
