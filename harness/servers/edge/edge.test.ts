import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { type AppView, openTasks, type TaskView } from './app-view.ts';
import { FakeMarathon } from './fake-marathon.ts';
import { type Edge, type EdgeOptions, startEdge } from './index.ts';

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
    tasks: [{ id: taskId('dead'), host: '127.0.0.1', state: 'TASK_RUNNING', ports: [dead] }, alive.task],
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
