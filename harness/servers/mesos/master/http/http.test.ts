import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Master, startMaster } from '../index.ts';
import { exchange, jsonHeaders, open, post, Stream } from '../testing/http-client.ts';

let workDir: string;
let master: Master;

beforeAll(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'master-http-'));
  master = await startMaster({ workDir, flags: { maxBodyBytes: 1024 * 1024, maxBacklogBytes: 256 * 1024 } });
});

afterAll(async () => {
  await master[Symbol.asyncDispose]();
  await rm(workDir, { recursive: true });
});

const scheduler = '/api/v1/scheduler';
const info = { user: 'nobody', name: 'test' };
const subscribeCall = { type: 'SUBSCRIBE', subscribe: { framework_info: info } };

const subscribe = (more: object = {}): Promise<Stream> =>
  Stream.open(master.url, scheduler, {
    type: 'SUBSCRIBE',
    subscribe: { framework_info: { ...info, ...more } },
  });

async function frameworkId(stream: Stream): Promise<object> {
  const { subscribed } = (await stream.ofType('SUBSCRIBED')) as unknown as {
    subscribed: { framework_id: object };
  };
  return subscribed.framework_id;
}

describe('POST /api/v1/scheduler', () => {
  it.each(['GET', 'PUT', 'DELETE'])('answers 405 to %s, before anything else', async (method) => {
    const { status, headers } = await exchange(master.url, scheduler, { method });
    expect([status, headers.allow]).toEqual([405, 'POST']);
  });

  it('wants a content type, literally', async () => {
    const body = JSON.stringify(subscribeCall);
    const status = async (headers: Record<string, string>) =>
      (await exchange(master.url, scheduler, { method: 'POST', body, headers })).status;
    expect(await status({})).toBe(400);
    expect(await status({ 'Content-Type': 'text/plain' })).toBe(415);
    expect(await status({ 'Content-Type': 'application/json; charset=utf-8' })).toBe(415);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['a string', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
    ['a missing type', '{}'],
    ['an unknown type', '{"type":"DANCE"}'],
    ['a type by number', '{"type":1}'],
    ['a missing body', '{"type":"SUBSCRIBE"}'],
    ['a missing user', '{"type":"SUBSCRIBE","subscribe":{"framework_info":{"name":"x"}}}'],
    ['a missing framework', '{"type":"REVIVE"}'],
    [
      'an id at one place only',
      '{"type":"SUBSCRIBE","subscribe":{"framework_info":{"user":"a","name":"b","id":{"value":"x"}}}}',
    ],
    ['an unknown framework', '{"type":"REVIVE","framework_id":{"value":"x"}}'],
  ])('answers 400 to %s', async (_, body) => {
    const { status } = await exchange(master.url, scheduler, { body, headers: jsonHeaders, method: 'POST' });
    expect(status).toBe(400);
  });

  it('answers 406 to a subscriber who reads neither JSON nor protobuf, and takes */* for JSON', async () => {
    const { status } = await post(master.url, scheduler, subscribeCall, { Accept: 'text/html' });
    expect(status).toBe(406);
    await using stream = await Stream.open(master.url, scheduler, subscribeCall, { Accept: '*/*' });
    expect(stream.response.statusCode).toBe(200);
  });

  it('answers 400 to a subscription that names a stream', async () => {
    const { status } = await post(master.url, scheduler, subscribeCall, { 'Mesos-Stream-Id': 'x' });
    expect(status).toBe(400);
  });

  it('streams chunked JSON records, each in a chunk of its own, lengths in bytes', async () => {
    await using stream = await subscribe({ name: 'Grüße ☃' });
    await stream.ofType('HEARTBEAT');
    const { headers } = stream.response;
    expect(headers['content-type']).toBe('application/json');
    expect(headers['transfer-encoding']).toBe('chunked');
    expect(headers['content-length']).toBeUndefined();
    expect(stream.streamId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(stream.events.map(({ type }) => type)).toEqual(['SUBSCRIBED', 'HEARTBEAT']);
    for (const chunk of stream.chunks) {
      const [length, ...rest] = chunk.split('\n');
      expect(Buffer.byteLength(rest.join('\n'))).toBe(Number(length));
    }
  });

  it('refuses a bad framework with 200, one ERROR and the end of the stream', async () => {
    await using stream = await subscribe({ role: '-x' });
    await stream.end();
    expect(stream.response.statusCode).toBe(200);
    expect(stream.events).toMatchObject([{ type: 'ERROR', error: { message: expect.any(String) } }]);
  });

  it('wants the stream of the subscription with every other call', async () => {
    await using stream = await subscribe();
    const framework_id = await frameworkId(stream);
    const call = { type: 'REVIVE', framework_id };
    expect((await post(master.url, scheduler, call)).status).toBe(400);
    expect((await post(master.url, scheduler, call, { 'Mesos-Stream-Id': 'x' })).status).toBe(400);
    const accepted = await post(master.url, scheduler, call, { 'Mesos-Stream-Id': stream.streamId });
    expect([accepted.status, accepted.body.length]).toEqual([202, 0]);
    const unknown = await post(
      master.url,
      scheduler,
      { ...call, type: 'UNKNOWN' },
      { 'Mesos-Stream-Id': stream.streamId },
    );
    expect(unknown.status).toBe(501);
  });

  it.each([
    'ACCEPT',
    'DECLINE',
    'KILL',
    'SHUTDOWN',
    'ACKNOWLEDGE',
    'RECONCILE',
    'MESSAGE',
    'REQUEST',
    'UPDATE_FRAMEWORK',
  ])('answers 400 to %s without its body', async (type) => {
    const { status, body } = await post(master.url, scheduler, { type, framework_id: { value: 'x' } });
    expect(status).toBe(400);
    expect(body.toString()).toContain(`Expecting '${type.toLowerCase()}' to be present`);
  });

  it('answers 403 when the stream is gone and the framework is not', async () => {
    const stream = await subscribe({ failover_timeout: 3600 });
    const framework_id = await frameworkId(stream);
    await stream[Symbol.asyncDispose]();
    const { value } = framework_id as { value: string };
    while (master.core.context.frameworks.get(value)?.connection !== null) await new Promise(setImmediate);
    const headers = { 'Mesos-Stream-Id': stream.streamId };
    expect((await post(master.url, scheduler, { type: 'REVIVE', framework_id }, headers)).status).toBe(403);
  });

  it('cuts a subscriber off that does not read, instead of keeping everything for it', async () => {
    const response = await open(master.url, scheduler, {
      body: JSON.stringify(subscribeCall),
      headers: jsonHeaders,
    });
    response.pause();
    const framework = [...master.core.context.frameworks.values()].at(-1);
    const message = { type: 'ERROR' as const, error: { message: 'x'.repeat(64 * 1024) } };
    for (let sent = 0; framework?.connection != null && sent < 1000; sent++) {
      framework.connection.sink.send(message);
      await new Promise(setImmediate);
    }
    expect(framework?.connection).toBeNull();
    response.destroy();
  });
});

describe('any endpoint', () => {
  it('answers 413 to a body over the limit, announced or not, and goes on', async () => {
    const body = Buffer.alloc(20 * 1024 * 1024, 0x20);
    for (const path of [scheduler, '/api/v1', '/teardown', '/nowhere']) {
      expect((await exchange(master.url, path, { body, headers: jsonHeaders })).status).toBe(413);
      const chunked = { ...jsonHeaders, 'Transfer-Encoding': 'chunked' };
      expect((await exchange(master.url, path, { body, headers: chunked })).status).toBe(413);
    }
    expect((await exchange(master.url, '/health')).status).toBe(200);
  });

  it('compresses answers from 1 KiB for clients that take gzip', async () => {
    const headers = { 'Accept-Encoding': 'gzip' };
    const flags = await exchange(master.url, '/flags', { headers });
    expect(flags.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(flags.body).toString())).toHaveProperty('flags');
    const version = await exchange(master.url, '/version', { headers });
    expect(version.headers['content-encoding']).toBeUndefined();
    expect((await exchange(master.url, '/flags')).headers['content-encoding']).toBeUndefined();
  });

  it('is there under /master too', async () => {
    for (const path of ['/health', '/state', '/api/v1/scheduler']) {
      const [plain, twin] = [await exchange(master.url, path), await exchange(master.url, `/master${path}`)];
      expect(twin.status).toBe(plain.status);
      expect(twin.status).not.toBe(404);
    }
  });

  it.each(['/version/', '/master//version/'])('finds %s, as empty parts do not count', async (path) => {
    expect((await exchange(master.url, path)).status).toBe(200);
  });

  it.each([
    ['a page that is not ours, by its own name (DNS rebinding)', { Host: 'evil.example' }],
    ['a form of another page', { Origin: 'http://evil.example' }],
    ['a script tag of another page', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }],
  ])('answers 403 to %s, and does nothing', async (_, headers: Record<string, string>) => {
    await using stream = await subscribe();
    const { value } = (await frameworkId(stream)) as { value: string };
    for (const path of ['/teardown', '/master/teardown', '/state', '/api/v1', scheduler]) {
      const body = `frameworkId=${value}`;
      expect((await exchange(master.url, path, { method: 'POST', body, headers })).status).toBe(403);
    }
    expect(master.core.context.frameworks.has(value)).toBe(true);
  });

  it('never breaks, whatever is sent to it', async () => {
    const paths = [
      scheduler,
      '/api/v1',
      '/weights',
      '/quota',
      '/reserve',
      '/machine/down',
      '/maintenance/schedule',
    ];
    const body = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record({
          type: fc.constantFrom('SUBSCRIBE', 'ACCEPT', 'UPDATE_QUOTA', 'DRAIN_AGENT', 'READ_FILE'),
          more: fc.jsonValue(),
        })
        .map(({ type, more }) =>
          Buffer.from(JSON.stringify({ type, [type.toLowerCase()]: more, framework_id: more })),
        ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.constantFrom('POST', 'PUT', 'DELETE'),
        body,
        async (path, method, bytes) => {
          // Some of it subscribes, so only the head of the answer is awaited.
          const response = await open(master.url, path, { method, body: bytes, headers: jsonHeaders });
          response.destroy();
          expect(response.statusCode).toBeGreaterThanOrEqual(200);
          expect([500, 502, 503]).not.toContain(response.statusCode);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(['//', '/%', '/..%2f', '/state?%', '/files/read?path=%00', '/files/browse', '/master', '/master/'])(
    'survives %s',
    async (path) => {
      expect(await rawStatus(path)).toBeLessThan(500);
    },
  );
});

/** Sends a request target as it is, which a URL would tidy up. */
function rawStatus(path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sending = request({ host: '127.0.0.1', port: master.url.port, path, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  sending.on('error', reject).end();
  return promise;
}

describe('credentials', () => {
  it('are wanted everywhere but where Mesos wants none, and name the principal', async () => {
    await using secured = await startMaster({
      workDir: join(workDir, 'secured'),
      credentials: { user: 'ops', password: 's3cret' },
    });
    const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    for (const headers of [{}, basic('ops:wrong'), basic('other:s3cret'), { Authorization: 'Bearer x' }]) {
      const { status, headers: answered } = await exchange(secured.url, '/state', { headers });
      expect([status, answered['www-authenticate']]).toEqual([401, 'Basic realm="mesos-master-readwrite"']);
    }
    expect((await exchange(secured.url, '/state', { headers: basic('ops:s3cret') })).status).toBe(200);
    for (const path of ['/health', '/version', '/redirect']) {
      expect((await exchange(secured.url, path)).status).toBeLessThan(400);
    }
    const refused = { type: 'SUBSCRIBE', subscribe: { framework_info: { ...info, principal: 'someone' } } };
    expect((await post(secured.url, scheduler, refused, basic('ops:s3cret'))).status).toBe(400);
    await using stream = await Stream.open(secured.url, scheduler, subscribeCall, basic('ops:s3cret'));
    await stream.ofType('SUBSCRIBED');
    expect([...secured.core.context.frameworks.values()][0]?.info.principal).toBe('ops');
  });
});

describe('a crash', () => {
  it('cuts every stream, and the next master answers on the same port', async () => {
    await using fragile = await startMaster({ workDir: join(workDir, 'fragile') });
    await using stream = await Stream.open(fragile.url, scheduler, subscribeCall);
    await stream.ofType('SUBSCRIBED');
    const before = fragile.core.context.id;
    fragile.crash();
    await stream.end();
    await expect(exchange(fragile.url, '/health')).rejects.toThrow();
    fragile.elect();
    expect((await exchange(fragile.url, '/health')).status).toBe(200);
    expect(fragile.core.context.id).not.toBe(before);
  });
});
