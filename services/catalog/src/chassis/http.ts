import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type * as z from 'zod';
import { type Log, type LogFields, requestScope } from './log.ts';

const maxBodyBytes = 64 * 1024;

/** Answers the caller with this status and `{ "error": { code, message, …details } }`. Callers branch on `code`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly details: LogFields;

  constructor(status: ContentfulStatusCode, code: string, message: string, details: LogFields = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export interface HttpOptions {
  readonly log: Log;
  /** Once aborted the app says it is not ready and asks clients to let go of their connections. */
  readonly stopping: AbortSignal;
  /** Rejects while the service cannot do its work, e.g. because its database does not answer. */
  readonly ready?: () => Promise<unknown>;
}

/** A Hono app with request ids, request log, body limit, error answers, `/health/live` and `/health/ready`. */
export function httpApp({ log, stopping, ready }: HttpOptions): Hono {
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    if (stopping.aborted) c.header('connection', 'close');
  });
  app.get('/health/live', (c) => c.json({ status: 'live' }));
  app.get('/health/ready', async (c) => {
    if (stopping.aborted) return c.json({ status: 'stopping' }, 503);
    try {
      await ready?.();
      return c.json({ status: 'ready' });
    } catch (error) {
      log.error('not ready', { error: String(error) });
      return c.json({ status: 'not ready' }, 503);
    }
  });

  app.use(async (c, next) => {
    const requestId = usable(c.req.header('x-request-id')) ?? randomUUID();
    const started = performance.now();
    await requestScope.run({ requestId }, async () => {
      await next();
      c.header('x-request-id', requestId);
      const { method, path } = c.req;
      const durationMs = Math.round(performance.now() - started);
      log.info('request', { method, path, status: c.res.status, durationMs });
    });
  });
  app.use(bodyLimit({ maxSize: maxBodyBytes, onError: (c) => answer(c, tooLarge) }));
  app.notFound((c) =>
    answer(c, new ApiError(404, 'no_such_route', `There is no ${c.req.method} ${c.req.path}.`)),
  );
  app.onError((error, c) => {
    const known = error instanceof ApiError;
    if (!known || error.status >= 500) {
      log.error('request failed', { error: known ? error.message : error.stack });
    }
    return answer(c, known ? error : unforeseen);
  });
  return app;
}

/** @throws ApiError 400 when the body is not JSON or does not fit; `problems` says which field and why. */
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const body = await c.req.json().catch((error: unknown) => {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ApiError(400, 'invalid_json', 'The request body is not JSON.');
  });
  return check(schema, body);
}

/** The same for what comes in a path, query or header; `name` says which, where the value itself has no fields. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name?: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => ({
    field: name ?? path.join('.'),
    message,
  }));
  throw new ApiError(400, 'invalid_request', 'The request does not fit; see problems.', { problems });
}

const tooLarge = new ApiError(413, 'body_too_large', `The body is over ${maxBodyBytes} bytes.`);

const unforeseen = new ApiError(500, 'internal_error', 'The service failed; its log has the request id.');

function answer(c: Context, { status, code, message, details }: ApiError): Response {
  return c.json({ error: { code, message, ...details } }, status);
}

function usable(requestId: string | undefined): string | undefined {
  return requestId !== undefined && /^[\w.:-]{1,128}$/.test(requestId) ? requestId : undefined;
}
