import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { VirtualClock } from '../../../plumbing/clock.ts';
import { type Answering, answers, get, ok, ProxyRig, say, statusOf } from '../testing/proxy-rig.ts';
import type { ProxySettings } from './app-proxy.ts';

const stack = { current: new AsyncDisposableStack() };
afterEach(async () => {
  await stack.current.disposeAsync();
  stack.current = new AsyncDisposableStack();
});

async function open(answering: Answering = ok, settings: Partial<ProxySettings> = {}): Promise<ProxyRig> {
  return stack.current.use(await ProxyRig.open(answering, settings));
}

/** Answers with the bytes that the request's `x-answer` field holds, in base64. */
const answersAsAsked: Answering = (request, socket) => {
  const asked = /^x-answer: (\S*)\r$/im.exec(request)?.[1] ?? '';
  socket.end(Buffer.from(asked, 'base64'));
};
const asking = (answer: string): string =>
  get('/', `x-answer: ${Buffer.from(answer, 'latin1').toString('base64')}\r\n`);

const okAnswer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

test('requests on one connection are answered in their order, also when they are sent at once', async () => {
  const rig = await open((request, socket) => {
    const path = request.split(' ')[1] ?? '';
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`);
  });
  const { text } = await say(rig.port, get('/a') + get('/b') + get('/c', 'Connection: close\r\n'), {
    end: false,
  });
  expect(text.match(/\/[abc]/g)).toEqual(['/a', '/b', '/c']);
  expect(rig.seen).toHaveLength(1);
});

test('a thousand requests sent at once, all refused, do not nest', async () => {
  const rig = await open();
  await rig.serve([]);
  const { text } = await say(rig.port, get().repeat(10_000));
  expect(text.match(/HTTP\/1\.1 503/g)).toHaveLength(10_000);
  expect(rig.defects).toEqual([]);
});

test('a client that sends its request and then ends its direction gets the answer', async () => {
  const rig = await open();
  const body = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody`;
  for (const request of [get(), body]) {
    const said = await say(rig.port, request);
    expect(said.text.endsWith('\r\n\r\nok')).toBe(true);
    expect(said.how).toBe('end');
  }
});

test('a request whose body ends too early is cut off at the backend, and never completed', async () => {
  const rig = await open();
  await say(rig.port, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel');
  await vi.waitFor(() => expect(rig.records).toHaveLength(1));
  expect(rig.records[0]).toMatchObject({ failure: 'client-left' });
  expect(rig.seen.join('')).not.toMatch(/0\r\n\r\n$/);
});

test('a length and chunks together reach the backend as chunks alone, and end the connection', async () => {
  const rig = await open();
  const smuggled =
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
  const { text } = await say(rig.port, smuggled + get('/smuggled'), { end: false });
  expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(rig.seen).toHaveLength(1);
  expect(rig.seen[0]).toMatch(/transfer-encoding: chunked\r\n\r\n0\r\n\r\n$/);
  expect(rig.seen[0]).not.toMatch(/content-length/i);
});

test('Connection: content-length does not take the framing away', async () => {
  const rig = await open();
  await say(
    rig.port,
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: content-length\r\nContent-Length: 3\r\n\r\nabc',
  );
  expect(rig.seen[0]).toMatch(/content-length: 3\r\n\r\nabc$/);
});

test('a client of HTTP/1.0 gets a body without chunks', async () => {
  const chunks = '2\r\nab\r\n1\r\nc\r\n0\r\nX-T: 1\r\n\r\n';
  const rig = await open(answers(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`));
  const old = await say(rig.port, 'GET / HTTP/1.0\r\n\r\n', { end: false });
  expect(old.text).toBe('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc');
  const young = await say(rig.port, get('/', 'Connection: close\r\n'));
  expect(young.text).toBe(
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n${chunks}`,
  );
});

test('an interim answer is passed on, and a body is sent when the backend asks for it', async () => {
  const rig = await open((request, socket) => {
    if (request.includes('expect')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${request.length}\r\n\r\n${request}`);
  });
  const socket = connect(rig.port, '127.0.0.1');
  socket.write('PUT / HTTP/1.1\r\nHost: a\r\nexpect: 100-continue\r\nContent-Length: 4\r\n\r\n');
  expect(String(await once(socket, 'data'))).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  socket.write('body');
  expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\r\n\r\nbody$/);
  socket.destroy();
});

test('answers without a body keep the length that they tell', async () => {
  const rig = await open(answersAsAsked);
  const head = await say(
    rig.port,
    asking('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n').replace('GET', 'HEAD'),
  );
  expect(head.text).toMatch(/content-length: 5\r\n/);
  const unchanged = await say(rig.port, asking('HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'));
  expect(unchanged.text).toMatch(/content-length: 5\r\n[\s\S]*\r\n\r\n$/);
  const empty = await say(rig.port, asking('HTTP/1.1 204 No Content\r\n\r\n'));
  expect(empty.text).not.toMatch(/content-length/i);
});

test('header names of the prototype and odd reason phrases pass', async () => {
  const rig = await open(answersAsAsked);
  const odd = 'HTTP/1.1 200 a\u0001b\r\nconstructor: 1\r\n__proto__: 2\r\nContent-Length: 0\r\n\r\n';
  const { text } = await say(rig.port, asking(odd));
  expect(text).toMatch(/^HTTP\/1\.1 200 ab\r\nconstructor: 1\r\n__proto__: 2\r\n/);
});

test.each([
  ['status 099', 'HTTP/1.1 099 Odd\r\n\r\n'],
  ['no HTTP', 'hello\r\n\r\n'],
  ['a header with a NUL', 'HTTP/1.1 200 OK\r\nX: a\u0000b\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nab'],
  ['a protocol nobody asked for', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}`],
])('a service that answers with %s is a 502, and its record says so', async (_what, answer) => {
  const rig = await open(answers(answer));
  expect(statusOf(await say(rig.port, get()))).toBe(502);
  expect(rig.records).toMatchObject([{ status: 502, failure: 'malformed' }]);
});

test('an answer that breaks off is broken off for the client too', async () => {
  const rig = await open(answersAsAsked);
  const lengthy = await say(rig.port, asking('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab'));
  expect(lengthy.how).toBe('ECONNRESET');
  const chunked = await say(rig.port, asking('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab'));
  expect(chunked.how).toBe('ECONNRESET');
  const malformed = await say(rig.port, asking('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n'));
  expect(malformed.how).toBe('ECONNRESET');
  const untilClose = await say(rig.port, asking('HTTP/1.1 200 OK\r\n\r\nab'));
  expect(untilClose).toMatchObject({
    how: 'end',
    text: expect.stringMatching(/connection: close\r\n\r\nab$/),
  });
  expect(rig.records.map(({ failure }) => failure)).toEqual(['cut', 'cut', 'cut', null]);
});

test('what a backend says unasked is never an answer to a later request', async () => {
  const rig = await open((_request, socket) => void socket.write(okAnswer + okAnswer.replace('ok', 'no')));
  for (let index = 0; index < 3; index++) {
    expect((await say(rig.port, get('/', 'Connection: close\r\n'))).text).toMatch(/ok$/);
  }
  expect(rig.seen).toHaveLength(3);
});

test('an idle connection that the backend has closed is replaced, and a POST never takes one', async () => {
  let count = 0;
  const rig = await open((_request, socket) => {
    socket.write(okAnswer);
    // Closed after the answer, so that the edge may learn of it only when it asks again.
    if (++count === 1) setImmediate(() => socket.destroy());
  });
  for (let index = 0; index < 5; index++) expect(statusOf(await say(rig.port, get()))).toBe(200);
  expect(rig.seen.length).toBeLessThanOrEqual(3);
  const before = rig.seen.length;
  const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n';
  expect(statusOf(await say(rig.port, post))).toBe(200);
  expect(rig.seen).toHaveLength(before + 1);
});

test('a POST is sent once, whatever becomes of its connection', async () => {
  const rig = await open((_request, socket) => void socket.destroy());
  await rig.serve([(_request, socket) => void socket.destroy(), (_request, socket) => void socket.destroy()]);
  const said = await say(rig.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab');
  expect(statusOf(said)).toBe(502);
  expect(rig.seen).toHaveLength(1);
  expect(rig.records).toMatchObject([{ failure: 'reset', status: 502, attempts: 1 }]);
});

test('a GET goes on to the next task, and to none twice', async () => {
  const rig = await open();
  await rig.serve([(_request, socket) => void socket.destroy(), (_request, socket) => void socket.destroy()]);
  expect(statusOf(await say(rig.port, get()))).toBe(502);
  expect(rig.records).toMatchObject([{ failure: 'reset', attempts: 2 }]);
  await rig.serve([(_request, socket) => void socket.destroy(), ok]);
  for (let index = 0; index < 4; index++) expect(statusOf(await say(rig.port, get()))).toBe(200);
});

test('a slow reader slows its backend down instead of filling memory', async () => {
  const total = 60_000_000;
  let sent = 0;
  const rig = await open((_request, socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
    const more = (): void => {
      while (sent < total) {
        sent += 1_000_000;
        if (!socket.write(Buffer.alloc(1_000_000, 'a'))) return void socket.once('drain', more);
      }
    };
    more();
  });
  const socket = connect(rig.port, '127.0.0.1');
  socket.write(get('/', 'Connection: close\r\n'));
  let got = 0;
  let ahead = 0;
  for await (const bytes of socket) {
    got += (bytes as Buffer).length;
    ahead = Math.max(ahead, sent - got);
    for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  expect(got).toBeGreaterThan(total);
  expect(ahead).toBeLessThan(30_000_000);
});

test('a slow backend slows its client down instead of filling memory', async () => {
  const total = 60_000_000;
  let got = 0;
  let ahead = 0;
  let sent = 0;
  const rig = await open((request, socket) => {
    got += request.length;
    ahead = Math.max(ahead, sent - got);
    socket.pause();
    setImmediate(() => setImmediate(() => socket.resume()));
    if (got > total) socket.write(okAnswer);
  });
  const socket = connect(rig.port, '127.0.0.1');
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${total}\r\n\r\n`);
  while (sent < total) {
    sent += 1_000_000;
    if (!socket.write(Buffer.alloc(1_000_000, 'a'))) await once(socket, 'drain');
  }
  expect(String(await once(socket, 'data'))).toMatch(/ok$/);
  expect(ahead).toBeLessThan(30_000_000);
  socket.destroy();
});

test('an upgraded connection passes both ways and each direction ends on its own', async () => {
  const rig = await open((request, socket) => {
    if (request.startsWith('GET')) {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nhi');
    } else socket.write(`echo ${request}`);
  });
  const upgrade = get('/', 'Connection: Upgrade\r\nUpgrade: echo\r\n');
  const { text, how } = await say(rig.port, `${upgrade}hello`);
  expect(text).toMatch(/^HTTP\/1\.1 101 [\s\S]*connection: upgrade\r\nupgrade: echo\r\n\r\nhi(echo hello)?/);
  expect(how).toBe('end');
  expect(rig.seen[0]).toMatch(/connection: upgrade\r\nupgrade: echo\r\n\r\nhello$/);
  await vi.waitFor(() => expect(rig.records).toMatchObject([{ status: 101, failure: null }]));
});

test('an upgrade that is refused is an ordinary answer', async () => {
  const rig = await open(answers('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
  expect(statusOf(await say(rig.port, get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n')))).toBe(403);
});

test('a task that does not answer in time is a 504', async () => {
  const clock = new VirtualClock();
  const rig = await open(() => {}, { clock, answerTimeoutMs: 10_000 });
  const said = say(rig.port, get('/', 'Connection: close\r\n'));
  await vi.waitFor(() => expect(rig.seen.join('')).toMatch(/^GET/));
  await clock.advance(9_000);
  expect(rig.records).toEqual([]);
  await clock.advance(1_500);
  expect(statusOf(await said)).toBe(504);
  expect(rig.records).toMatchObject([
    { failure: 'timeout', status: 504, durationMs: expect.closeTo(10_000, -3) },
  ]);
});

test('a head that does not come is a 408, and an idle connection is closed', async () => {
  const clock = new VirtualClock();
  const rig = await open(ok, { clock });
  const slow = say(rig.port, 'GET / HTTP/1.1\r\nHost:', { end: false });
  const idle = say(rig.port, '', { end: false });
  await vi.waitFor(() => expect(rig.proxy.clients.size).toBe(2));
  await vi.waitFor(async () => {
    await clock.advance(31_000);
    expect(rig.records).toMatchObject([{ status: 408 }]);
  });
  expect(statusOf(await slow)).toBe(408);
  await clock.advance(31_000);
  expect(await idle).toEqual({ text: '', how: 'end' });
});

test('records tell which task of which version answered, and which request it was', async () => {
  const rig = await open();
  await say(rig.port, get('/items?x=1', 'X-Request-Id: mine\r\n'));
  await say(rig.port, get(`/${'a'.repeat(2_000)}`));
  await rig.serve([]);
  await say(rig.port, get());
  expect(rig.records).toMatchObject([
    {
      seq: 1,
      appId: '/shop/orders',
      taskId: 'shop_orders.instance-0._app.1',
      instanceId: 'shop_orders.instance-0',
      version: '2026-01-01T00:00:00.000Z',
      label: '1.0.0',
      method: 'GET',
      path: '/items?x=1',
      status: 200,
      failure: null,
      requestId: 'mine',
      attempts: 1,
    },
    { path: expect.stringMatching(/^\/a{255}$/), requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    { taskId: null, status: 503, failure: 'no-backend', attempts: 0 },
  ]);
  expect(rig.seen.join('')).toMatch(/x-request-id: mine\r\n/);
  expect(rig.seen.join('')).toMatch(/x-request-id: [0-9a-f-]{36}\r\n/);
});

test('thousands of malformed requests and answers leave it answering', { timeout: 120_000 }, async () => {
  const rig = await open(answersAsAsked, { patienceMs: 0 });
  const odd = fc.string({ unit: 'binary', maxLength: 30 });
  const field = fc.tuple(
    fc.oneof(
      fc.constantFrom('Host', 'host ', 'constructor', '__proto__', 'Content-Length', 'Transfer-Encoding'),
      fc.constantFrom('Connection', 'Upgrade', 'Expect', 'Keep-Alive', 'TE', ' folded', 'X-Request-Id'),
      odd,
    ),
    fc.oneof(
      fc.constantFrom('a', 'b', '0', '2', '3', '-1', '2, 2', '1e3', 'chunked', 'gzip, chunked', 'close'),
      fc.constantFrom('upgrade', 'keep-alive', 'websocket', '100-continue', 'content-length', 'timeout=1'),
      odd,
    ),
  );
  const fields = fc
    .array(field, { maxLength: 5 })
    .map((all) => all.map((one) => `${one.join(': ')}\r\n`).join(''));
  const body = fc.oneof(
    fc.constantFrom('', 'ab', '2\r\nab\r\n0\r\n\r\n', '0\r\nX: 1\r\n\r\n', 'x\r\n', okAnswer),
    odd,
  );
  const statusLine = fc.oneof(
    fc.constantFrom(
      'HTTP/1.1 200 OK',
      'HTTP/1.0 200 OK',
      'HTTP/1.1 099 Odd',
      'HTTP/1.1 204 No',
      'HTTP/1.1 304 Same',
    ),
    fc.constantFrom(
      'HTTP/1.1 100 Continue',
      'HTTP/1.1 101 Switching',
      'HTTP/1.1 999 Odd',
      'HTTP/1.1 200 \u0001',
      'ICY',
    ),
    odd,
  );
  const answer = fc
    .tuple(statusLine, fields, body)
    .map(([line, head, rest]) => `${line}\r\n${head}\r\n${rest}`);
  const requestLine = fc.oneof(
    fc.constantFrom(
      'GET / HTTP/1.1',
      'HEAD / HTTP/1.1',
      'POST / HTTP/1.0',
      'PUT //[ HTTP/1.1',
      'GET http://a/ HTTP/1.1',
    ),
    fc.constantFrom(
      'OPTIONS * HTTP/1.1',
      'CONNECT a:1 HTTP/1.1',
      'GET / HTTP/2.0',
      'PRI * HTTP/2.0',
      'GET /%zz HTTP/1.1',
    ),
    odd,
  );
  const request = fc
    .tuple(requestLine, fields, answer, body)
    .map(
      ([line, head, asked, rest]) =>
        `${line}\r\n${head}${asking(asked).split('\r\n').slice(1).join('\r\n')}${rest}`,
    );
  const good = asking(okAnswer);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(request, answer.map(asking)), { minLength: 10, maxLength: 10 }),
      async (messages) => {
        await Promise.all(messages.map((message) => say(rig.port, message)));
        expect((await say(rig.port, good)).text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nok$/);
      },
    ),
    { numRuns: 400 },
  );
  expect(rig.defects).toEqual([]);
  expect(rig.proxy.backends.list.map(({ active }) => active)).toEqual([0]);
});
