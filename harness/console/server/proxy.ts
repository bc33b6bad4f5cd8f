import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { authorizationFor, type ClusterAccess } from '../../operations/index.ts';
import { dataHeaders, sendProblem } from './reply.ts';

/** Of a server's answer, what the page needs; cookies and questions for a password stay behind. */
const passedOn = [
  'content-type',
  'content-disposition',
  'content-length',
  'marathon-deployment-id',
  'location',
];

/** Larger request bodies are refused, in bytes. */
const mostBodyBytes = 4 * 2 ** 20;

/** Hands a request of the page on to a server of the cluster with the cluster's credentials, which the page never sees. */
export async function passOn(
  access: ClusterAccess,
  target: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  if (body === null) return sendProblem(response, 413, `A request may have ${mostBodyBytes} bytes at most.`);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const answer = await fetch(target, {
    method: request.method ?? 'GET',
    redirect: 'manual',
    headers: {
      accept: request.headers.accept ?? 'application/json',
      ...(body.length === 0 ? {} : { 'content-type': request.headers['content-type'] ?? 'application/json' }),
      ...authorizationFor(access, target),
    },
    body: body.length === 0 ? null : body,
    signal: gone.signal,
  }).catch((error: unknown) => error as Error);
  if (answer instanceof Error) {
    if (!response.destroyed)
      sendProblem(response, 502, `${target.host} does not answer: ${reasonOf(answer)}`);
    return;
  }
  if (answer.status === 401)
    return sendProblem(response, 502, `${target.host} refused the cluster's credentials.`);
  const headers = passedOn.flatMap((name) => {
    const value = answer.headers.get(name);
    // fetch has unpacked the body, so its length is that of the wire no longer.
    const isWrong = name === 'content-length' && answer.headers.has('content-encoding');
    return value === null || isWrong ? [] : [[name, value] as const];
  });
  response.writeHead(answer.status, { ...Object.fromEntries(headers), ...dataHeaders });
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body), response).catch(() => response.destroy());
}

/** Null when there is too much. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer> | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > mostBodyBytes) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function reasonOf({ cause, message }: Error): string {
  return cause instanceof Error ? cause.message : message;
}
