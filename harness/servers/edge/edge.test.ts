import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { type AppView, openTasks, type TaskView } from './app-view.ts';
import { type Edge, type EdgeOptions, type RequestRecord, startEdge } from './index.ts';
import { FakeMarathon } from './testing/fake-marathon.ts';

const stack = { current: new AsyncDisposableStack() };
afterEach(async () => {
  await stack.current.disposeAsync();
  stack.current = new AsyncDisposableStack();
});

test('requests take turns among healthy tasks and never reach an unhealthy one', async () => {
  const { put, address } = await edgeFor('/shop/orders');
  const [a, b, sick] = [await backend('a'), await backend('b'), await backend('sick')];
  await put({
    id: '/shop/orders',
    healthChecks: [{}],
    tasks: [
      { ...a.task, healthCheckResults: [{ alive: true }] },
      { ...b.task, healthCheckResults: [{ alive: true }] },
      { ...sick.task, healthCheckResults: [{ alive: false }] },
    ],
  });
  const answers = [];
  for (let index = 0; index < 4; index++) answers.push(await text(address));
  expect(answers.toSorted()).toEqual(['a', 'a', 'b', 'b']);
});

test('an app without any task is refused at once with a body that names it', async () => {
  const { address } = await edgeFor('/shop/none');
  const answer = await fetch(address);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    error: 'no-backend',
    message: expect.stringContaining('/shop/none'),
  });
});

test('a request waits for the first healthy task of an app that is starting', async () => {
  const { put, marathon, address } = await edgeFor('/shop/slow');
  const a = await backend('a');
  marathon.put({ id: '/shop/slow', tasks: [{ ...a.task, state: 'TASK_STAGING' }] });
  await vi.waitFor(async () =>
    expect(
      await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(50) }).catch(
        (error: Error) => error,
      ),
    ).toBeInstanceOf(DOMException),
  );
  const waiting = text(address);
  await put({ id: '/shop/slow', portDefinitions: [{}], tasks: [a.task] });
  expect(await waiting).toBe('a');
});

test('a task that is being killed gets nothing new while its running request ends', async () => {
  const { put, marathon, edge, address } = await edgeFor('/shop/orders');
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const leaving = await backend('leaving', async (_request, response) => {
    started.resolve();
    await gate.promise;
    response.end('leaving');
  });
  const staying = await backend('staying');
  await put({ id: '/shop/orders', tasks: [leaving.task] });
  const running = text(address);
  await started.promise;
  marathon.send('instance_changed_event', {
    runSpecId: '/shop/orders',
    instanceId: leaving.task.id.replace(/\._app\..*$/, ''),
    condition: 'Killing',
  });
  marathon.put({ id: '/shop/orders', tasks: [leaving.task, staying.task] });
  await vi.waitFor(async () => expect(await openBackends(edge, '/shop/orders')).toEqual([staying.task.id]));
  for (let index = 0; index < 4; index++) expect(await text(address)).toBe('staying');
  gate.resolve();
  expect(await running).toBe('leaving');
});

test('a refused connection goes on to the next task, body and all', async () => {
  const { put, address } = await edgeFor('/shop/orders');
  const dead = await closedPort();
  const alive = await backend('alive', async (request, response) => response.end(await bodyOf(request)));
  await put({
    id: '/shop/orders',
    tasks: [closedTask(dead), alive.task],
  });
  for (let index = 0; index < 4; index++) {
    const answer = await fetch(address, { method: 'POST', body: `order ${index}` });
    expect(await answer.text()).toBe(`order ${index}`);
  }
});

test('a POST whose connection broke after it was sent is not sent again', async () => {
  const { put, address } = await edgeFor('/shop/payments');
  let charges = 0;
  const charge: RequestListener = async (request) => {
    await bodyOf(request);
    charges += 1;
    request.socket.destroy();
  };
  const [a, b] = [await backend('a', charge), await backend('b', charge)];
  await put({ id: '/shop/payments', tasks: [a.task, b.task] });
  const answer = await fetch(address, { method: 'POST', body: '{}' });
  expect(answer.status).toBe(502);
  expect(charges).toBe(1);
});

test('headers of the connection stay behind, and the backend learns who asked for what', async () => {
  const { put, address } = await edgeFor('/shop/orders');
  const echo = await backend('echo', (request, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end(JSON.stringify(request.headers));
  });
  await put({ id: '/shop/orders', tasks: [echo.task] });
  const answer = await rawGet(address, { connection: 'x-secret', 'x-secret': '1', 'x-request-id': 'r-1' });
  const seen = JSON.parse(answer.body) as Record<string, string>;
  expect(seen).toMatchObject({
    'x-request-id': 'r-1',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': new URL(address).host,
  });
  expect(seen).not.toHaveProperty('x-secret');
  expect(answer.message.headers['set-cookie']).toEqual(['a=1', 'b=2']);
});

test('an answer streams through as it is written', async () => {
  const { put, address } = await edgeFor('/shop/events');
  const gate = Promise.withResolvers<void>();
  const slow = await backend('slow', async (_request, response) => {
    response.write('first');
    await gate.promise;
    response.end('second');
  });
  await put({ id: '/shop/events', tasks: [slow.task] });
  const answer = await fetch(address);
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe('first');
  gate.resolve();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('second');
});

test('an upgraded connection passes through both ways', async () => {
  const { put, address } = await edgeFor('/shop/chat');
  const chat = await backend('chat');
  chat.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    socket.on('data', (data: Buffer) => socket.end(`echo ${data.toString()}`));
  });
  await put({ id: '/shop/chat', tasks: [chat.task] });
  const request = httpRequest(address, { headers: { connection: 'Upgrade', upgrade: 'echo' } }).end();
  const [, socket] = await once(request, 'upgrade');
  socket.write('hello');
  const [data] = await once(socket, 'data');
  expect(String(data)).toBe('echo hello');
});

test('an edge closes while upgraded connections are ending', async () => {
  const { put, edge, address } = await edgeFor('/shop/chat');
  const chat = await backend('chat');
  chat.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    socket.on('data', (data: Buffer) => socket.end(data));
  });
  await put({ id: '/shop/chat', tasks: [chat.task] });
  const talk = async (): Promise<void> => {
    const request = httpRequest(address, { headers: { connection: 'Upgrade', upgrade: 'echo' } }).end();
    const [, socket] = await once(request, 'upgrade');
    socket.write('hello');
    await once(socket, 'data');
  };
  await Promise.all(Array.from({ length: 40 }, talk));
  await edge[Symbol.asyncDispose]();
});

test('a task with a readiness check gets requests only when it is ready, and an old version goes on meanwhile', async () => {
  const { put, address } = await edgeFor('/shop/orders');
  const [old, young] = [await backend('old'), await backend('young')];
  const app = {
    id: '/shop/orders',
    version: 'v2',
    readinessChecks: [{}],
    deployments: [{}],
    tasks: [
      { ...old.task, version: 'v1' },
      { ...young.task, version: 'v2' },
    ],
  };
  await put(app);
  for (let index = 0; index < 4; index++) expect(await text(address)).toBe('old');
  await put({ ...app, readinessCheckResults: [{ taskId: young.task.id, ready: true }] });
  await vi.waitFor(async () => expect(await text(address)).toBe('young'));
});

test('an address stays the same when its app goes and comes back', async () => {
  const { put, marathon, edge, address } = await edgeFor('/shop/orders');
  const a = await backend('a');
  await put({ id: '/shop/orders', tasks: [a.task] });
  expect(await text(address)).toBe('a');
  marathon.remove('/shop/orders');
  await vi.waitFor(async () => expect((await fetch(address)).status).toBe(503));
  await put({ id: '/shop/orders', tasks: [a.task] });
  expect((await edge.reserve('/shop/orders')).address).toBe(address);
  await vi.waitFor(async () => expect(await text(address)).toBe('a'));
});

test('what changed while the event stream was cut is found on reconnection', async () => {
  const { put, marathon, address } = await edgeFor('/shop/orders');
  const [a, b] = [await backend('a'), await backend('b')];
  await put({ id: '/shop/orders', tasks: [a.task] });
  expect(await text(address)).toBe('a');
  marathon.putSilently({ id: '/shop/orders', tasks: [b.task] });
  marathon.cutStreams();
  await vi.waitFor(async () => expect(await text(address)).toBe('b'));
});

test('credentials go along with every call to Marathon', async () => {
  const { marathon } = await edgeFor('/shop/orders', { credentials: { user: 'edge', password: 'secret' } });
  const expected = `Basic ${Buffer.from('edge:secret').toString('base64')}`;
  expect(new Set(marathon.authorizations)).toEqual(new Set([expected]));
});

test('the admin address reserves by POST and refuses what is not an app id', async () => {
  const { edge, address } = await edgeFor('/shop/orders');
  const post = (body: string): Promise<Response> =>
    fetch(new URL('/routes', edge.url), { method: 'POST', body });
  expect(await (await post('{"appId":"/shop/orders"}')).json()).toMatchObject({ address });
  for (const body of ['', '[]', '{"appId":7}', '{"appId":"../etc"}', 'x'.repeat(100_000)]) {
    expect((await post(body)).status).toBe(400);
  }
});

const auth = { user: 'edge', password: 'secret' };
const asEdge = { authorization: `Basic ${Buffer.from('edge:secret').toString('base64')}` };

test('the admin address asks for credentials and refuses what pages of others send', async () => {
  const { edge } = await edgeFor('/shop/orders', { adminCredentials: auth });
  const ask = async (headers: Record<string, string>): Promise<number> => {
    const body = '{"appId":"/shop/orders"}';
    const request = httpRequest(new URL('/routes', edge.url), { method: 'POST', headers });
    const [answer] = (await once(request.end(body), 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode ?? 0;
  };
  expect(await ask({})).toBe(401);
  expect(await ask({ authorization: 'Basic x' })).toBe(401);
  expect(await ask(asEdge)).toBe(200);
  expect(await ask({ ...asEdge, host: 'evil.example' })).toBe(403);
  expect(await ask({ ...asEdge, origin: 'http://evil.example' })).toBe(403);
  expect(await ask({ ...asEdge, 'sec-fetch-site': 'cross-site' })).toBe(403);
});

test('requests are recorded with the version that answered, also one of before the edge started', async () => {
  const { put, marathon, edge, address } = await edgeFor('/shop/orders', { versionLabel: 'VERSION' });
  const [old, young] = [await backend('old'), await backend('young')];
  marathon.putVersion('/shop/orders', 'v1', { VERSION: '1.0.0' });
  await put({
    id: '/shop/orders',
    version: 'v2',
    labels: { VERSION: '2.0.0' },
    tasks: [
      { ...old.task, version: 'v1' },
      { ...young.task, version: 'v2' },
    ],
  });
  const watched: RequestRecord[] = [];
  using _watching = edge.watchRequests((records) => watched.push(...records));
  await edge.requests();
  const answers = [await text(address), await text(address)];
  const { requests, next, lost } = await edge.requests({ appId: '/shop/orders' });
  expect(requests.map(({ label, version }) => ({ label, version }))).toEqual(
    answers.map((name) =>
      name === 'old' ? { label: '1.0.0', version: 'v1' } : { label: '2.0.0', version: 'v2' },
    ),
  );
  expect({ next, lost }).toEqual({ next: 2, lost: 0 });
  await vi.waitFor(() => expect(watched).toEqual(requests));
  const page = await fetch(new URL('/requests?since=1&app=/shop/orders', edge.url));
  expect(await page.json()).toEqual({ requests: requests.slice(1), next: 2, lost: 0 });
  expect((await fetch(new URL('/requests?since=x', edge.url))).status).toBe(400);
});

test('a fault makes an address misbehave until it is cleared', async () => {
  const { put, edge, address } = await edgeFor('/shop/orders');
  const a = await backend('a');
  await put({ id: '/shop/orders', tasks: [a.task] });
  const set = async (fault: unknown): Promise<number> => {
    const body = JSON.stringify({ appId: '/shop/orders', fault });
    return (await fetch(new URL('/faults', edge.url), { method: 'PUT', body })).status;
  };
  const failure = (): Promise<unknown> =>
    text(address).then(
      (answer) => answer,
      (error: Error) => (error.cause as NodeJS.ErrnoException).code,
    );
  expect(await set({ kind: 'refuse' })).toBe(200);
  expect(await failure()).toBe('ECONNREFUSED');
  expect(await set({ kind: 'reset' })).toBe(200);
  expect(await failure()).toBe('ECONNRESET');
  expect(await set({ kind: 'status', status: 500 })).toBe(200);
  expect((await fetch(address)).status).toBe(500);
  expect(await set({ kind: 'slow', ms: 30 })).toBe(200);
  const before = performance.now();
  expect(await failure()).toBe('a');
  expect(performance.now() - before).toBeGreaterThan(29);
  expect(await set({ kind: 'hang' })).toBe(200);
  const hanging = failure();
  await vi.waitFor(async () => expect((await edge.reserve('/shop/orders')).fault).toEqual({ kind: 'hang' }));
  const cleared = await fetch(new URL('/faults?app=/shop/orders', edge.url), { method: 'DELETE' });
  expect(cleared.status).toBe(200);
  expect(await failure()).toBe('a');
  expect(['ECONNRESET', 'UND_ERR_SOCKET', 'a']).toContain(await hanging);
  for (const wrong of [{ kind: 'burn' }, { kind: 'slow' }, { kind: 'status', status: 99 }, 'hang', null]) {
    expect(await set(wrong)).toBe(400);
  }
  const { requests } = await edge.requests();
  expect(requests.map(({ failure: why }) => why)).toContain('fault');
});

test('a busy harness does not slow the edge down', async () => {
  const { put, address } = await edgeFor('/shop/orders');
  const script = `require('node:http').createServer((_, r) => r.end('a')).listen(0, '127.0.0.1', function () {
    require('node:worker_threads').parentPort.postMessage(this.address().port) })`;
  const server = new Worker(script, { eval: true });
  stack.current.defer(async () => void (await server.terminate()));
  const [port] = (await once(server, 'message')) as [number];
  await put({ id: '/shop/orders', tasks: [closedTask(port)] });
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const asking = `const { workerData: { address, answered } } = require('node:worker_threads');
    fetch(address).then((answer) => answer.text()).then(() => Atomics.store(answered, 0, 1))`;
  const client = new Worker(asking, { eval: true, workerData: { address, answered } });
  stack.current.defer(async () => void (await client.terminate()));
  const deadline = Date.now() + 10_000;
  while (Atomics.load(answered, 0) === 0 && Date.now() < deadline);
  expect(Atomics.load(answered, 0)).toBe(1);
});

async function edgeFor(appId: string, options: Partial<EdgeOptions> = {}) {
  const marathon = stack.current.use(await new FakeMarathon().start());
  const edge: Edge = stack.current.use(
    await startEdge({ marathonUrl: marathon.url, bind: ['127.0.0.1'], patienceMs: 5_000, ...options }),
  );
  const { address } = await edge.reserve(appId);
  /** Sets the app and resolves once the edge balances over exactly the tasks that may be asked. */
  const put = async (app: AppView): Promise<void> => {
    marathon.put(app);
    const expected = openTasks(app).open.map(({ taskId }) => taskId);
    await vi.waitFor(async () => expect(await openBackends(edge, app.id)).toEqual(expected));
  };
  return { put, marathon, edge, address };
}

async function openBackends(edge: Edge, appId: string): Promise<readonly string[]> {
  const { backends } = await edge.reserve(appId);
  return backends.filter(({ draining }) => !draining).map(({ taskId }) => taskId);
}

async function backend(name: string, listener?: RequestListener) {
  const server = createServer(listener ?? ((_request, response) => response.end(name)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.current.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const task: TaskView = { id: taskId(name), host: '127.0.0.1', state: 'TASK_RUNNING', ports: [port] };
  return { server, task };
}

/** A task at a port where nothing of this thread listens. */
function closedTask(port: number): TaskView {
  return { id: taskId('other'), host: '127.0.0.1', state: 'TASK_RUNNING', ports: [port] };
}

function taskId(name: string): string {
  return `shop_orders.instance-${name}._app.1`;
}

async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function text(address: string): Promise<string> {
  return (await fetch(address)).text();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

async function rawGet(address: string, headers: Record<string, string>) {
  const request = httpRequest(address, { headers }).end();
  const [message] = (await once(request, 'response')) as [IncomingMessage];
  return { message, body: await bodyOf(message) };
}
