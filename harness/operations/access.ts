import { StagegateError } from '../model/index.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Where a cluster can be reached, and with what. A part that is null is not there. */
export interface ClusterAccess {
  readonly marathon: URL | null;
  readonly mesos: URL | null;
  readonly edge: URL | null;
  /** The `Authorization` header for all of it; null where it asks for none. */
  readonly authorization: string | null;
  /** Instead, for the servers that have credentials of their own, by their origin. */
  readonly ownAuthorization?: Readonly<Record<string, string>>;
}

export interface AskOptions {
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The header for one server of the cluster; empty where it asks for none. */
export function authorizationFor(
  { authorization, ownAuthorization }: ClusterAccess,
  { origin }: URL,
): Readonly<Record<string, string>> {
  const header = ownAuthorization?.[origin] ?? authorization;
  return header === null ? {} : { authorization: header };
}

export function basic(auth: Credentials | null): string | null {
  if (auth === null) return null;
  return `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
}

/**
 * One request to a server of the cluster, with the cluster's credentials; resolves whatever the status.
 * @throws `SG_CLUSTER_FAILED` when nobody answers, the signal's reason when it aborts
 */
export async function send(access: ClusterAccess, url: URL, options: AskOptions = {}): Promise<Response> {
  const { method = 'GET', body, headers, signal } = options;
  try {
    return await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
        ...authorizationFor(access, url),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new StagegateError('SG_CLUSTER_FAILED', `${method} ${plain(url)}: ${reason}`, { cause: error });
  }
}

/**
 * The JSON that a server of the cluster answers.
 * @throws `SG_CLUSTER_FAILED` for any status but 2xx, with the server's own words
 */
export async function ask<T>(access: ClusterAccess, url: URL, options: AskOptions = {}): Promise<T> {
  const answer = await send(access, url, options);
  const text = await answer.text();
  if (!answer.ok) {
    throw new StagegateError(
      'SG_CLUSTER_FAILED',
      `${options.method ?? 'GET'} ${plain(url)}: ${answer.status} ${messageIn(text)}`.trimEnd(),
    );
  }
  return JSON.parse(text === '' ? 'null' : text) as T;
}

/** Marathon says what is wrong in `message`, Mesos in plain text. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // Not JSON: the text itself is the message.
  }
  return text.trim().slice(0, 500);
}

/** Without what a URL may carry of credentials. */
function plain(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
