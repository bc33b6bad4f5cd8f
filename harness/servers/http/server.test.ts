import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import {
  basicAuth,
  type HttpServerOptions,
  json,
  parseTarget,
  proves,
  readBody,
  refuse,
  send,
  startHttpServer,
  text,
} from './index.ts';

const stack = { current: new AsyncDisposableStack() };
afterEach(async () => {
  await stack.current.disposeAsync();
  stack.current = new AsyncDisposableStack();
});

const ok: HttpServerOptions['answer'] = (incoming, response) => send(incoming, response, text(200, 'ok'));

async function serverWith(options: Partial<HttpServerOptions> = {}) {
  return stack.current.use(await startHttpServer({ host: '127.0.0.1', answer: ok, ...options }));
}

/** Sends the text as it is, ends the connection, and resolves with all that came back. */
async function raw(port: number, message: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.end(message, 'latin1');
  return textOf(socket).catch(() => '');
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);

async function statusWith(port: number, headers: Record<string, string>, method = 'GET'): Promise<number> {
  const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return statusOf(
    await raw(port, `${method} / HTTP/1.1\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`),
  );
}

test.each([
  'localhost',
  'localhost:1',
  'LOCALHOST.',
  'web.localhost',
  '127.0.0.1',
  '127.9.9.9:80',
  '[::1]:80',
  'known.example',
])('Host %s is ours', async (host) => {
  const { port } = await serverWith({ foreign: { hosts: ['known.example'] } });
  expect(await statusWith(port, { Host: host })).toBe(200);
});

test.each([
  'evil.example',
  'evil.example:80',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  '10.0.0.1',
  '[::2]',
  '',
  '127.0.0.1:80@evil',
])('a request for Host %j is refused: a foreign name may have been pointed here', async (host) => {
  const { port } = await serverWith();
  expect(await statusWith(port, { Host: host })).toBe(403);
});

test('a foreign absolute target and a second Host header are refused', async () => {
  const { port } = await serverWith();
  const absolute = await raw(port, `GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  expect(statusOf(absolute)).toBe(403);
  const twice = await raw(port, `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n`);
  expect(statusOf(twice)).toBe(400);
});

test('what pages of others send is refused, whatever the method', async () => {
  const { port } = await serverWith({ foreign: { origins: ['http://ci.example'] } });
  const form = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': '0' };
  const foreign: readonly Record<string, string>[] = [
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
    { Origin: `http://localhost:${port}` },
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' },
    { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' },
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
  ];
  for (const headers of foreign) {
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
      expect(await statusWith(port, { ...headers, ...form }, method)).toBe(403);
    }
  }
  const navigation = {
    'Sec-Fetch-Site': 'cross-site',
    'Sec-Fetch-Mode': 'navigate',
    'Sec-Fetch-Dest': 'document',
  };
  expect(await statusWith(port, { ...navigation, ...form }, 'POST')).toBe(403);
  expect(await statusWith(port, navigation)).toBe(200);
  expect(await statusWith(port, { Origin: `http://127.0.0.1:${port}` }, 'POST')).toBe(200);
  expect(await statusWith(port, { Origin: 'http://ci.example' }, 'POST')).toBe(200);
  expect(await statusWith(port, { 'Sec-Fetch-Site': 'same-origin' })).toBe(200);
});

test('what an answer throws, at once or later, is a 500 and told', async () => {
  const defects: unknown[] = [];
  const { port, url } = await serverWith({
    onDefect: (error) => defects.push(error),
    answer: async (incoming, response) => {
      if (incoming.url === '/begun') response.write('begun');
      if (incoming.url === '/header') response.setHeader('a', 'b\r\nc');
      if (incoming.url === '/later') await Promise.resolve();
      throw new Error('a defect');
    },
  });
  for (const path of ['/', '/later', '/header']) expect((await fetch(new URL(path, url))).status).toBe(500);
  await expect(fetch(new URL('/begun', url)).then((answer) => answer.text())).rejects.toThrow();
  expect(defects).toHaveLength(4);
  expect(await statusWith(port, {})).toBe(500);
});

test('answers with impossible headers and statuses are made possible', async () => {
  const { url } = await serverWith({
    answer: (incoming, response) => {
      const headers = { 'x-text': 'a\r\nb\u0000c\u2028', 'bad name': '1', constructor: 'c' };
      send(incoming, response, { status: incoming.url === '/99' ? 99 : 200, headers, body: 'é' });
    },
  });
  const answer = await fetch(url);
  expect(await answer.text()).toBe('é');
  expect(answer.headers.get('x-text')).toBe('a  b c ');
  expect(answer.headers.get('constructor')).toBe('c');
  expect((await fetch(new URL('/99', url))).status).toBe(500);
});

test('a client that sends too much sees the answer and is not read further', async () => {
  const { url } = await serverWith({
    answer: async (incoming, response) => {
      const body = await readBody(incoming, 1_000);
      if (body.kind === 'broken') return void response.destroy();
      if (body.kind === 'too-large') return refuse(incoming, response, text(413, 'too large'));
      send(incoming, response, json(200, { bytes: body.bytes.length }));
    },
  });
  const post = (bytes: number): Promise<Response> =>
    fetch(url, { method: 'POST', body: Buffer.alloc(bytes) });
  expect(await (await post(1_000)).json()).toEqual({ bytes: 1_000 });
  expect((await post(1_001)).status).toBe(413);
  expect((await post(3_000_000)).status).toBe(413);
  const streamed = httpRequest(url, { method: 'POST' });
  for (let part = 0; part < 20; part++) streamed.write(Buffer.alloc(1_000));
  streamed.end();
  const [answer] = (await once(streamed, 'response')) as [{ statusCode: number }];
  expect(answer.statusCode).toBe(413);
});

test('thousands of malformed requests leave it answering', { timeout: 60_000 }, async () => {
  const { port } = await serverWith({
    answer: (incoming, response) => {
      const target = parseTarget(incoming.url ?? '/');
      send(incoming, response, target === null ? text(400, '') : text(200, target.path));
    },
  });
  const name = fc.constantFrom(
    'Host',
    'constructor',
    '__proto__',
    'Content-Length',
    'Transfer-Encoding',
    'Origin',
    'Expect',
    'Upgrade',
    'Connection',
    'A B',
  );
  const value = fc.oneof(
    fc.constantFrom('127.0.0.1', '5', '-1', 'chunked', '100-continue', 'upgrade', '1e9'),
    fc.string({ unit: 'binary' }),
  );
  const line = fc.oneof(
    fc.constantFrom(
      'GET / HTTP/1.1',
      'GET //[ HTTP/1.1',
      'POST /%zz HTTP/1.1',
      'CONNECT a:1 HTTP/1.1',
      'GET / HTTP/9.9',
      'PRI * HTTP/2.0',
    ),
    fc.string({ unit: 'binary' }),
  );
  const message = fc
    .tuple(line, fc.array(fc.tuple(name, value), { maxLength: 6 }), fc.string({ unit: 'binary' }))
    .map(
      ([first, headers, body]) =>
        `${first}\r\n${headers.map((pair) => `${pair.join(': ')}\r\n`).join('')}\r\n${body}`,
    );
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 8, maxLength: 8 }), async (messages) => {
      await Promise.all(messages.map((one) => raw(port, one)));
      expect(await statusWith(port, {})).toBe(200);
    }),
    { numRuns: 250 },
  );
});

test('credentials are proven by Basic, Bearer or token, and by nothing else', () => {
  const credentials = { user: 'edge', password: 'sécret:1' };
  expect(proves(basicAuth(credentials), credentials)).toBe(true);
  expect(proves('Bearer sécret:1', credentials)).toBe(true);
  expect(proves('token=sécret:1', credentials)).toBe(true);
  for (const wrong of [
    undefined,
    '',
    'Basic',
    'Basic ',
    'Basic !',
    'Bearer x',
    'Digest sécret:1',
    basicAuth({ user: 'edge', password: '' }),
  ]) {
    expect(proves(wrong, credentials)).toBe(false);
  }
});
