import { startBroker } from '../index.ts';
import { memoryJournal } from './memory-journal.ts';

export const credentials = { user: 'ada', password: 'secret-1' };
const authorization = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;

/** A broker on a port of its own, with a clock that stands still unless it is moved. */
export async function openBroker() {
  const journal = memoryJournal();
  let now = Date.parse('2026-11-25T10:00:00.000Z');
  const server = await startBroker({ journal, host: '127.0.0.1', credentials, now: () => now });
  const url = server.url.origin;
  const request = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(path.startsWith('http') ? path : `${url}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text.startsWith('{') ? JSON.parse(text) : undefined;
    return { status: response.status, json, text };
  };
  const pact = (consumer: string, provider: string, path = '/') => ({
    consumer: { name: consumer },
    provider: { name: provider },
    interactions: [{ description: path, request: { method: 'GET', path }, response: { status: 200 } }],
    metadata: { pactSpecification: { version: '3.0.0' } },
  });
  return {
    url,
    journal,
    request,
    pact,
    pass: (ms: number) => {
      now += ms;
    },
    /** Publishes as the command line does. */
    publish: (
      consumer: string,
      number: string,
      provider: string,
      more: { path?: string; branch?: string; tags?: string[]; onConflict?: string } = {},
    ) =>
      request('POST', '/contracts/publish', {
        pacticipantName: consumer,
        pacticipantVersionNumber: number,
        branch: more.branch,
        tags: more.tags,
        contracts: [
          {
            consumerName: consumer,
            providerName: provider,
            specification: 'pact',
            contentType: 'application/json',
            content: Buffer.from(JSON.stringify(pact(consumer, provider, more.path))).toString('base64'),
            onConflict: more.onConflict ?? 'overwrite',
          },
        ],
      }),
    /** Publishes a result for the pact of one consumer version. */
    async verify(
      consumer: string,
      number: string,
      provider: string,
      providerVersion: string,
      success: boolean,
      branch?: string,
    ) {
      const found = await request(
        'GET',
        `/pacts/provider/${provider}/consumer/${consumer}/version/${number}`,
      );
      if (branch !== undefined)
        await request('PUT', `/pacticipants/${provider}/branches/${branch}/versions/${providerVersion}`);
      const { href } = found.json._links['pb:publish-verification-results'];
      return request('POST', href, { success, providerApplicationVersion: providerVersion });
    },
    async deploy(name: string, number: string, environment: string, applicationInstance?: string) {
      const version = await request('GET', `/pacticipants/${name}/versions/${number}`);
      const link = version.json._links['pb:record-deployment'].find(
        (one: { name: string }) => one.name === environment,
      );
      return request('POST', link.href, applicationInstance === undefined ? {} : { applicationInstance });
    },
    async environment(name: string) {
      return request('POST', '/environments', { name, production: true });
    },
    async canIDeploy(query: string) {
      const { status, json } = await request('GET', `/matrix?${query}`);
      return {
        status,
        deployable: json.summary?.deployable,
        reason: json.summary?.reason,
        rows: json.matrix,
      };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export type BrokerRig = Awaited<ReturnType<typeof openBroker>>;
