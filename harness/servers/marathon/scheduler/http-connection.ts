import { Client, type Dispatcher } from 'undici';
import { RecordDecoder } from '../../../plumbing/recordio.ts';
import { basicAuth, type Credentials } from '../../http/index.ts';
import type { FrameworkInfo, SchedulerEvent } from '../../mesos/v1.ts';
import type { SchedulerCall, SchedulerConnection, SchedulerStream, StreamHandlers } from './connection.ts';

const path = '/api/v1/scheduler';
const longestRedirectChain = 5;
/** Calls on their way at once. They leave in order on one socket, without waiting for each other's answers. */
const pipelining = 64;

export interface HttpConnectionOptions {
  readonly masterUrl: URL;
  readonly credentials?: Credentials;
}

/** The v1 scheduler API: one long answer in RecordIO, and calls beside it. Follows redirects to the leader. */
export function httpConnection(options: HttpConnectionOptions): SchedulerConnection {
  return {
    async subscribe(framework, suppressedRoles, handlers) {
      const headers = baseHeaders(options);
      const opened = await openStream(options.masterUrl, headers, framework, suppressedRoles);
      return new HttpStream(opened, headers, handlers);
    },
  };
}

function baseHeaders({ credentials }: HttpConnectionOptions): Record<string, string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  return credentials === undefined ? headers : { ...headers, authorization: basicAuth(credentials) };
}

interface OpenedStream {
  readonly url: URL;
  readonly client: Client;
  readonly answer: Dispatcher.ResponseData;
}

async function openStream(
  masterUrl: URL,
  headers: Record<string, string>,
  framework: FrameworkInfo,
  suppressedRoles: readonly string[],
): Promise<OpenedStream> {
  const body = JSON.stringify({
    type: 'SUBSCRIBE',
    ...(framework.id === undefined ? {} : { framework_id: framework.id }),
    subscribe: { framework_info: framework, suppressed_roles: suppressedRoles },
  });
  let url = new URL(path, masterUrl);
  for (let hop = 0; hop < longestRedirectChain; hop++) {
    const client = new Client(url.origin, { bodyTimeout: 0, headersTimeout: 15_000 });
    try {
      const answer = await client.request({ method: 'POST', path: url.pathname, headers, body });
      if (answer.statusCode === 200) return { url, client, answer };
      const text = await answer.body.text();
      const location = answer.headers.location;
      if (answer.statusCode !== 307 || typeof location !== 'string') {
        throw new Error(`${url.href} answered ${answer.statusCode}: ${text}`);
      }
      url = new URL(location, url);
    } catch (error) {
      await client.destroy();
      throw error;
    }
    await client.destroy();
  }
  throw new Error(`${masterUrl.href}: more than ${longestRedirectChain} redirects to a leading master`);
}

class HttpStream implements SchedulerStream {
  readonly #url: URL;
  readonly #stream: Client;
  readonly #answer: Dispatcher.ResponseData;
  readonly #headers: Record<string, string>;
  readonly #handlers: StreamHandlers;
  readonly #calls: Client;
  /** Acknowledgements may overtake the calls. */
  readonly #acknowledgements: Client;
  #frameworkId: string | undefined;
  #closed = false;

  constructor(
    { url, client, answer }: OpenedStream,
    headers: Record<string, string>,
    handlers: StreamHandlers,
  ) {
    const streamId = answer.headers['mesos-stream-id'];
    this.#url = url;
    this.#stream = client;
    this.#answer = answer;
    this.#headers = typeof streamId === 'string' ? { ...headers, 'mesos-stream-id': streamId } : headers;
    this.#handlers = handlers;
    this.#calls = new Client(url.origin, { pipelining });
    this.#acknowledgements = new Client(url.origin, { pipelining });
    void this.#read();
  }

  async call(call: SchedulerCall): Promise<void> {
    if (this.#closed) throw new Error(`${call.type}: the subscription has ended`);
    const body = JSON.stringify({ framework_id: { value: this.#frameworkId }, ...call });
    const lane = call.type === 'ACKNOWLEDGE' ? this.#acknowledgements : this.#calls;
    const answer = await lane.request({
      method: 'POST',
      // Offers can be accepted once; everything else may be said again when a socket breaks.
      idempotent: call.type !== 'ACCEPT',
      path: this.#url.pathname,
      headers: this.#headers,
      body,
    });
    if (answer.statusCode === 202 || answer.statusCode === 200) {
      await answer.body.dump();
      return;
    }
    throw new Error(`${call.type} answered ${answer.statusCode}: ${await answer.body.text()}`);
  }

  close(): void {
    this.#end('closed by the framework');
  }

  async #read(): Promise<void> {
    const decoder = new RecordDecoder();
    try {
      for await (const chunk of this.#answer.body) {
        for (const record of decoder.push(chunk)) this.#onRecord(JSON.parse(record));
      }
      this.#end('the master ended the stream');
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
  }

  #onRecord(event: SchedulerEvent): void {
    if (this.#closed) return;
    if (event.type === 'SUBSCRIBED') this.#frameworkId = event.subscribed.framework_id.value;
    this.#handlers.onEvent(event);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const client of [this.#stream, this.#calls, this.#acknowledgements]) void client.destroy();
    this.#handlers.onClose(reason);
  }
}
