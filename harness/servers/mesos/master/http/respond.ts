import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { header, type Request } from './request.ts';

const compress = promisify(gzip);
const smallestCompressed = 1024;

/** An answer that is not a stream. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export const text = (status: number, body: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  body,
});

export const badRequest = (body: string): Answer => text(400, body);

export function methodNotAllowed(request: Request, ...allowed: string[]): Answer {
  const wanted = allowed.map((method) => `'${method}'`).join(', ');
  return text(405, `Expecting one of { ${wanted} }, but received '${request.method}'`, {
    Allow: allowed.join(', '),
  });
}

/** JSON, or a call of the function that `?jsonp=` names. */
export function json(request: Request, value: unknown): Answer {
  const body = JSON.stringify(value);
  const callback = request.query.get('jsonp');
  if (callback === null) return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
  return { status: 200, headers: { 'Content-Type': 'text/javascript' }, body: `${callback}(${body});` };
}

export async function send(
  incoming: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  const headers: Record<string, string> = { ...answer.headers };
  let body = typeof answer.body === 'string' ? Buffer.from(answer.body) : (answer.body ?? Buffer.alloc(0));
  if (body.length >= smallestCompressed && acceptsGzip(incoming)) {
    body = await compress(body);
    headers['Content-Encoding'] = 'gzip';
  }
  if (response.destroyed) return;
  headers['Content-Length'] = String(body.length);
  response.writeHead(answer.status, headers);
  response.end(incoming.method === 'HEAD' ? undefined : body);
}

function acceptsGzip(incoming: IncomingMessage): boolean {
  const accepted = (header(incoming, 'accept-encoding') ?? '').split(',');
  return accepted.some((entry) => {
    const [coding, ...parameters] = entry.split(';').map((part) => part.trim());
    return (
      (coding === 'gzip' || coding === '*') && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
    );
  });
}
