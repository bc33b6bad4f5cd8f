import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Answer, json as jsonAnswer, send as sendPlain, text } from '../../http/index.ts';
import { callbackOf } from './jsonp.ts';
import { header, type Request } from './request.ts';

const compress = promisify(gzip);
const smallestCompressed = 1024;

export const badRequest = (body: string): Answer => text(400, body);

export function methodNotAllowed(request: Request, ...allowed: string[]): Answer {
  const wanted = allowed.map((method) => `'${method}'`).join(', ');
  return text(405, `Expecting one of { ${wanted} }, but received '${request.method}'`, {
    Allow: allowed.join(', '),
  });
}

/** JSON that no page takes for a script, or a call of the function that a page of ours named. */
export function json(request: Request, value: unknown): Answer {
  const callback = callbackOf(request);
  const headers = { 'X-Content-Type-Options': 'nosniff' };
  if (callback === undefined) return jsonAnswer(200, value, headers);
  const body = `${callback}(${JSON.stringify(value)});`;
  return { status: 200, headers: { 'Content-Type': 'text/javascript', ...headers }, body };
}

/** Sends a whole answer, compressed where that helps and the client can read it. */
export async function send(
  incoming: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  const body = answer.body ?? '';
  if (Buffer.byteLength(body) < smallestCompressed || !acceptsGzip(incoming)) {
    sendPlain(incoming, response, answer);
    return;
  }
  const headers = { ...answer.headers, 'Content-Encoding': 'gzip' };
  sendPlain(incoming, response, { ...answer, headers, body: await compress(body) });
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
