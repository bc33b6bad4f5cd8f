import { Agent, request as openRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { RequestFailure } from '../../model/recording.ts';

export interface OutgoingRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Null: none. */
  readonly body: string | null;
  /** Sends the body in two halves with this long between them, in milliseconds; 0 sends it at once. */
  readonly holdBodyMs: number;
}

export type Answer =
  | { readonly status: number; readonly body: string; readonly requestId: string | null }
  | { readonly status: null; readonly failure: RequestFailure };

const timeoutMs = 15_000;
/** Shorter than any server keeps an idle connection, so that none is closed under a request. */
const idleMs = 2_000;

/** Keep-alive connections to the services' stable addresses. */
export class HttpClient implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, timeout: idleMs });

  async send(address: string, request: OutgoingRequest, within = timeoutMs): Promise<Answer> {
    const first = await this.#attempt(address, request, within);
    // The server closed an idle connection at the moment it was taken: it has not read the request.
    return first === 'stale' ? unlessStale(await this.#attempt(address, request, within)) : first;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #attempt(address: string, outgoing: OutgoingRequest, within: number): Promise<Answer | 'stale'> {
    const { method, path, headers, body, holdBodyMs } = outgoing;
    return new Promise((resolve) => {
      let answered = false;
      const length: Record<string, string> =
        body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const request = openRequest(new URL(path, address), {
        method,
        agent: this.#agent,
        headers: { ...headers, ...length } as Record<string, string | string[]>,
      });
      const deadline = setTimeout(() => {
        resolve({ status: null, failure: 'timeout' });
        request.destroy();
      }, within);
      const fail = (error: NodeJS.ErrnoException): void => {
        clearTimeout(deadline);
        const failure = failureOf(error, answered);
        resolve(failure === 'reset' && request.reusedSocket ? 'stale' : { status: null, failure });
      };
      request.on('error', fail);
      request.on('response', (response) => {
        answered = true;
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () => {
          clearTimeout(deadline);
          const requestId = response.headers['x-request-id'];
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            requestId: typeof requestId === 'string' ? requestId : null,
          });
        });
      });
      void sendBody(request, body, holdBodyMs);
    });
  }
}

async function sendBody(
  request: ReturnType<typeof openRequest>,
  body: string | null,
  holdMs: number,
): Promise<void> {
  if (body === null) {
    request.end();
  } else if (holdMs === 0) {
    request.end(body);
  } else {
    const middle = Math.ceil(body.length / 2);
    request.write(body.slice(0, middle));
    await pause(holdMs);
    request.end(body.slice(middle));
  }
}

function unlessStale(answer: Answer | 'stale'): Answer {
  return answer === 'stale' ? { status: null, failure: 'reset' } : answer;
}

/** `cut`: an answer had begun. */
function failureOf(error: NodeJS.ErrnoException, answered: boolean): RequestFailure {
  if (error.code === 'ECONNREFUSED') return 'refused';
  return answered ? 'cut' : 'reset';
}
