import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { BrokerClient } from './broker-client.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function clientOf(listener: RequestListener): Promise<BrokerClient> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return new BrokerClient({ url: `http://127.0.0.1:${port}/`, authorization: 'Bearer t' });
}

test.each<[string, RequestListener, RegExp]>([
  ['an error of its own', (_, response) => response.writeHead(503).end('busy'), /answered 503: busy/],
  ['a page', (_, response) => response.end('<html>'), /answered something else than JSON: <html>/],
  [
    'a redirect',
    (_, response) => response.writeHead(302, { location: 'https://login.example' }).end(),
    /answered 302 to https:\/\/login.example; write the address it leads to/,
  ],
  ['no answer', (request) => request.socket.destroy(), /got no answer/],
  [
    'a link to somebody else',
    (_, response) =>
      response.end(
        JSON.stringify({ _links: { 'pb:publish-verification-results': { href: 'http://evil.example/' } } }),
      ),
    /links to http:\/\/evil.example, which is not the broker/,
  ],
])('a broker that gives %s is an error that says so', async (_, listener, message) => {
  const client = await clientOf(listener);
  const result = {
    consumer: 'cart',
    consumerVersion: '1',
    provider: 'shop',
    providerVersion: '1',
    branch: null,
    success: true,
    testResults: [],
  };
  await expect(client.publishResult(result)).rejects.toThrow(message);
});

test('only yes is yes', async () => {
  for (const deployable of [true, false, null]) {
    const client = await clientOf((_, response) =>
      response.end(JSON.stringify({ summary: { deployable, reason: 'because' }, matrix: [] })),
    );
    expect(await client.canIDeploy('cart', '1', 'production')).toEqual({
      deployable: deployable === true,
      reason: 'because',
    });
    server?.close();
  }
});
