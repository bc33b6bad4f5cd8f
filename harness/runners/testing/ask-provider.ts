import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';

/** A provider's answer as it came, or in words why there is none. */
export type ProviderAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: string[]; readonly body: Buffer }
  | { readonly kind: 'none'; readonly because: string; readonly timedOut: boolean };

/** Headers that are about a connection and not about what is said over it. */
const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host']);

/** Asks a provider as the verifier asked, byte for byte, and waits for the whole answer. Never rejects. */
export async function askProvider(options: {
  readonly url: string;
  readonly request: IncomingMessage;
  readonly body: Buffer;
  /** In place of the request's own of the same names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}): Promise<ProviderAnswer> {
  const { url, request, body, timeoutMs } = options;
  const given = new Set(Object.keys(options.headers).map((name) => name.toLowerCase()));
  const base = new URL(url);
  const target = `${base.pathname.replace(/\/$/, '')}${request.url ?? '/'}`;
  const headers = [
    'Host',
    base.host,
    ...pairs(request.rawHeaders)
      .filter(([name]) => !given.has(name.toLowerCase()))
      .flat(),
    ...Object.entries(options.headers).flat(),
    'Content-Length',
    String(body.length),
  ];
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const ask = base.protocol === 'https:' ? httpsRequest : httpRequest;
    ask({
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port,
      method: request.method,
      path: target,
      headers:
        body.length > 0 || request.headers['content-length'] !== undefined ? headers : headers.slice(0, -2),
      signal,
    })
      .on('error', reject)
      .on('response', resolve)
      .end(body);
    const response = await promise;
    const answered = await buffer(response);
    return {
      kind: 'answer',
      status: response.statusCode ?? 0,
      headers: pairs(response.rawHeaders).flat(),
      body: answered,
    };
  } catch (error) {
    return { kind: 'none', timedOut: signal.aborted, because: because(error, signal.aborted, timeoutMs) };
  }
}

function pairs(raw: readonly string[]): (readonly [string, string])[] {
  const names = raw.filter((_, index) => index % 2 === 0);
  return names
    .map((name, index) => [name, raw[index * 2 + 1] ?? ''] as const)
    .filter(([name]) => !ofConnection.has(name.toLowerCase()));
}

function because(error: unknown, timedOut: boolean, timeoutMs: number): string {
  if (timedOut) return `the provider gave no answer within ${timeoutMs} ms`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ECONNREFUSED') return 'the provider refused the connection: nothing listens there';
  if (code.startsWith('HPE_')) return `the provider's answer is not HTTP: ${message}`;
  if (code === 'ECONNRESET' || message === 'aborted' || message === 'socket hang up')
    return 'the provider closed the connection without a whole answer';
  return `the provider could not be asked: ${message}`;
}
