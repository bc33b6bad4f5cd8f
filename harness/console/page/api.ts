/** What a server of the cluster refused, in its own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** One line per problem that Marathon found in a definition: `path: message`. */
  readonly details: readonly string[];
  /** Deployments that hold what was to be changed; Marathon names them in a 409. */
  readonly deployments: readonly string[];

  constructor(status: number, message: string, details: readonly string[], deployments: readonly string[]) {
    super(message);
    this.status = status;
    this.details = details;
    this.deployments = deployments;
  }
}

interface Problem {
  readonly message?: string;
  readonly details?: readonly { readonly path?: string; readonly errors?: readonly string[] }[];
  readonly deployments?: readonly { readonly id: string }[];
}

/** Reads JSON. @throws ApiError */
export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call<T>('GET', path, undefined, signal);
}

/** @throws ApiError */
export async function call<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const answer = await fetch(`/api/${path}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new ApiError(0, 'The console does not answer: the command that served it may have ended.', [], []);
  });
  const text = await answer.text();
  if (!answer.ok) throw problemOf(answer.status, text);
  return parse(text) as T;
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

function problemOf(status: number, text: string): ApiError {
  const body = parse(text);
  if (typeof body !== 'object' || body === null) {
    return new ApiError(status, String(body ?? '') || `The server answered ${status}.`, [], []);
  }
  const { message, details = [], deployments = [] } = body as Problem;
  return new ApiError(
    status,
    message ?? `The server answered ${status}.`,
    details.flatMap(({ path = '/', errors = [] }) => errors.map((error) => `${path}: ${error}`)),
    deployments.map(({ id }) => id),
  );
}
