import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RecordDecoder } from '../../../../plumbing/recordio.ts';
import { exchange } from '../../master/testing/http-client.ts';
import { type AgentRig, commandTask, patience, startAgentRig } from '../stand-in-master.ts';

interface Executor {
  readonly id: string;
  readonly directory: string;
  readonly container: string;
  readonly tasks: readonly Record<string, unknown>[];
  readonly completed_tasks: readonly Record<string, unknown>[];
}

describe("an agent's endpoints", () => {
  let rig: AgentRig;
  let sandbox: string;
  beforeAll(async () => {
    rig = await startAgentRig({
      attributes: 'rack:1;zone:a',
      masterHostname: 'master.example',
      pages: ['http://127.0.0.1:5050'],
      jsonp: true,
    });
    rig.master.run(commandTask('long', 'echo out; echo err >&2; sleep 600'));
    rig.master.run(commandTask('short', 'true'));
    await rig.master.status('long', 'TASK_RUNNING');
    await rig.master.status('short', 'TASK_FINISHED');
    const [long] = await executors('executors');
    sandbox = long?.directory ?? '';
    await vi.waitFor(async () => expect((await read({ path: `${sandbox}/stdout` })).data).toBe('out\n'));
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  const get = (path: string): Promise<Response> => fetch(new URL(path, rig.agent.url));
  const getJson = async (path: string): Promise<Record<string, never>> =>
    (await (await get(path)).json()) as Record<string, never>;
  const query = (values: Record<string, string>): string => new URLSearchParams(values).toString();
  const files = (call: string, values: Record<string, string>): Promise<Response> =>
    get(`/files/${call}?${query(values)}`);
  const read = async (values: Record<string, string>): Promise<{ offset: number; data: string }> =>
    (await (await files('read', { offset: '0', ...values })).json()) as { offset: number; data: string };
  const call = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(new URL('/api/v1', rig.agent.url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const executors = async (list: string): Promise<readonly Executor[]> =>
    (await getJson('/state')).frameworks?.[0]?.[list] ?? [];

  it('/state shows who it is, what it has, and what isolates its tasks', async () => {
    const state = await getJson('/state');
    expect(state).toMatchObject({
      id: 'M-S0',
      pid: `slave(1)@${rig.agent.url.host}`,
      hostname: '127.0.0.1',
      resources: { cpus: 4, mem: 1024, disk: expect.any(Number), gpus: 0, ports: '[31000-32000]' },
      attributes: { rack: 1, zone: 'a' },
      master_hostname: 'master.example',
      flags: { containerizers: 'mesos', isolation: expect.stringMatching(/(cgroups|sampled)\/mem/) },
    });
  });

  it('/state shows the sandboxes of running and completed executors', async () => {
    const [long] = await executors('executors');
    expect(long).toMatchObject({
      id: 'long',
      name: "Command Executor (Task: long) (Command: sh -c 'echo out; echo err >&2; sleep 600')",
      source: 'long',
      resources: { cpus: 0.1, mem: 32 },
      tasks: [{ id: 'long', state: 'TASK_RUNNING', executor_id: '', slave_id: 'M-S0', framework_id: 'F' }],
    });
    expect(long?.directory.endsWith(`/executors/long/runs/${long.container}`)).toBe(true);
    const [short] = await executors('completed_executors');
    expect(short).toMatchObject({ id: 'short', completed_tasks: [{ id: 'short', state: 'TASK_FINISHED' }] });
  });

  it.each(['/health', '/slave(1)/health', '/slave%281%29/version', '/slave(1)/state', '/slave(1)//state/'])(
    '%s answers',
    async (path) => {
      expect((await get(path)).status).toBe(200);
    },
  );

  it('calls the function that a page of this machine names, and never one for others', async () => {
    const ask = async (referer: string): Promise<string> =>
      (
        await exchange(rig.agent.url, '/version?jsonp=tell', {
          headers: { Referer: referer, 'Sec-Fetch-Site': 'same-site' },
        })
      ).body.toString();
    expect(await ask('http://127.0.0.1:5050/')).toMatch(/^tell\(\{.*\}\);$/);
    expect(await ask('http://127.0.0.1:666/')).toMatch('may not use');
    expect(await ask('http://evil.example/')).toMatch('may not use');
    expect(await (await get('/version?jsonp=tell')).text()).toMatch(/^\{/);
  });

  it('answers 404 for what is not there, and 405 naming what is allowed', async () => {
    expect((await get('/nothing')).status).toBe(404);
    const posted = await fetch(new URL('/state', rig.agent.url), { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('/ is a page for people, without scripts', async () => {
    const page = await get('/');
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(await page.text()).toContain('<a href="/state">');
  });

  it('/containers measures what runs', async () => {
    const [container] = (await getJson('/containers')) as unknown as Record<string, Record<string, number>>[];
    expect(container).toMatchObject({ executor_id: 'long', framework_id: 'F', source: 'long' });
    expect(container?.statistics?.mem_rss_bytes).toBeGreaterThan(0);
    expect(container?.statistics?.mem_limit_bytes).toBe(64 * 2 ** 20);
    expect(container?.statistics).toHaveProperty('cpus_user_time_secs');
  });

  it('/metrics/snapshot counts', async () => {
    expect(await getJson('/metrics/snapshot')).toMatchObject({
      'slave/registered': 1,
      'slave/cpus_total': 4,
      'slave/cpus_used': 0.1,
      'slave/tasks_running': 1,
      'slave/tasks_finished': 1,
    });
  });

  it('/files reads by parts, and tells the size when asked for offset -1', async () => {
    expect(await read({ path: `${sandbox}/stdout`, offset: '1', length: '2' })).toEqual({
      offset: 1,
      data: 'ut',
    });
    expect(await read({ path: `${sandbox}/stdout`, offset: '-1' })).toEqual({ offset: 4, data: '' });
    expect(await read({ path: '/frameworks/F/executors/long/runs/latest/stderr' })).toMatchObject({
      data: 'err\n',
    });
    await writeFile(join(sandbox, 'large'), Buffer.alloc(100_000, 'x'));
    expect((await read({ path: `${sandbox}/large`, length: '100000' })).data).toHaveLength(65_536);
  });

  it('/files lists as ls does, and hands out whole files', async () => {
    await mkdir(join(sandbox, 'folder'));
    const listed = (await (await files('browse', { path: sandbox })).json()) as Record<string, unknown>[];
    expect(listed.find(({ path }) => path === `${sandbox}/folder`)).toMatchObject({
      mode: 'drwxr-xr-x',
      uid: 'root',
    });
    expect(listed.find(({ path }) => path === `${sandbox}/stdout`)).toMatchObject({
      mode: '-rw-r--r--',
      size: 4,
      nlink: 1,
    });
    const whole = await files('download', { path: `${sandbox}/stdout` });
    expect(await whole.text()).toBe('out\n');
    expect(whole.headers.get('content-disposition')).toContain('stdout');
  });

  it('/files refuses what leads out, what is not there, and what makes no sense', async () => {
    await symlink('/etc', join(sandbox, 'way-out'));
    const status = async (request: string, values: Record<string, string>): Promise<number> =>
      (await files(request, values)).status;
    expect(await status('read', {})).toBe(400);
    expect(await status('read', { path: `${sandbox}/stdout`, offset: 'x' })).toBe(400);
    expect(await status('read', { path: `${sandbox}/stdout`, offset: '1.5' })).toBe(400);
    expect(await status('read', { path: `${sandbox}/stdout`, length: '-2' })).toBe(400);
    expect(await status('read', { path: `${sandbox}/folder` })).toBe(400);
    expect(await status('read', { path: `${sandbox}/absent` })).toBe(404);
    expect(await status('read', { path: '/etc/passwd' })).toBe(404);
    expect(await status('read', { path: `${sandbox}/way-out/passwd` })).toBe(400);
    expect(await status('read', { path: `${sandbox}/../../../../../../../../../../etc/passwd` })).toBe(400);
    expect(await status('browse', { path: `${rig.workDir}/slaves/M-S0` })).toBe(404);
    expect(await status('download', { path: `${sandbox}/folder` })).toBe(400);
  });

  it('/files keeps away from pipes, sockets and devices, and waits for none', async () => {
    await call({ type: 'GET_HEALTH' });
    execFileSync('mkfifo', [join(sandbox, 'pipe')]);
    await symlink('/dev/zero', join(sandbox, 'zero'));
    const path = `${sandbox}/pipe`;
    for (let attempt = 0; attempt < 3; attempt++) {
      expect((await files('read', { path, offset: '0' })).status).toBe(400);
      expect((await files('download', { path })).status).toBe(400);
      expect((await call({ type: 'READ_FILE', read_file: { path, offset: 0 } })).status).toBe(400);
    }
    expect((await files('read', { path: `${sandbox}/zero`, offset: '0' })).status).toBe(400);
    expect(await (await files('browse', { path })).json()).toEqual([]);
    const listed = (await (await files('browse', { path: sandbox })).json()) as Record<string, unknown>[];
    expect(listed.find((entry) => entry.path === path)).toMatchObject({ mode: expect.stringMatching(/^p/) });
    expect((await read({ path: `${sandbox}/stdout` })).data).toBe('out\n');
  });

  it.each(['9007199254740993', '99999999999999999999', '-2'])(
    '/files/read refuses the offset %s',
    async (offset) => {
      const path = `${sandbox}/stdout`;
      expect((await files('read', { path, offset })).status).toBe(400);
      expect((await call({ type: 'READ_FILE', read_file: { path, offset } })).status).toBe(400);
    },
  );

  it.each(['/%zz', '/files/read?path=%zz', '/state%', '/%00', '/files/read?path=a%00b&offset=0'])(
    'the malformed target %s is answered with 4xx',
    async (path) => {
      const { status } = await get(path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    },
  );

  it('the v1 API answers in its own words', async () => {
    expect(await (await call({ type: 'GET_HEALTH' })).json()).toEqual({
      type: 'GET_HEALTH',
      get_health: { healthy: true },
    });
    expect(await (await call({ type: 'GET_AGENT' })).json()).toMatchObject({
      get_agent: { agent_info: { id: { value: 'M-S0' }, hostname: '127.0.0.1' } },
    });
    expect(await (await call({ type: 'GET_TASKS' })).json()).toMatchObject({
      get_tasks: {
        launched_tasks: [{ task_id: { value: 'long' } }],
        completed_tasks: [{ task_id: { value: 'short' } }],
      },
    });
    expect(await (await call({ type: 'GET_CONTAINERS' })).json()).toMatchObject({
      get_containers: { containers: [{ executor_id: { value: 'long' } }] },
    });
    const part = (await (
      await call({ type: 'READ_FILE', read_file: { path: `${sandbox}/stdout`, offset: 0 } })
    ).json()) as {
      read_file: { data: string; size: number };
    };
    expect(part.read_file).toEqual({ data: Buffer.from('out\n').toString('base64'), size: 4 });
  });

  it.each([
    ['no content type', { 'Content-Type': '' }, { type: 'GET_STATE' }, 415],
    ['an unknown type', {}, { type: 'FROBNICATE' }, 400],
    ['a call without its body', {}, { type: 'READ_FILE' }, 400],
    ['an answer nobody can read', { Accept: 'text/html' }, { type: 'GET_STATE' }, 406],
    ['no object', {}, [], 400],
  ] as const)('the v1 API refuses %s', async (_what, headers, body, status) => {
    expect((await call(body, headers)).status).toBe(status);
  });

  const input = (container_id: unknown, ...texts: string[]): Promise<Response> => {
    const records = [
      { type: 'CONTAINER_ID', container_id },
      ...texts.map((text) => ({
        type: 'PROCESS_IO',
        process_io: { type: 'DATA', data: { type: 'STDIN', data: base64(text) } },
      })),
    ].map((attach) => record({ type: 'ATTACH_CONTAINER_INPUT', attach_container_input: attach }));
    return fetch(new URL('/api/v1', rig.agent.url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/recordio', 'Message-Content-Type': 'application/json' },
      body: records.join(''),
    });
  };
  const session = async (
    value: string,
    command: string,
  ): Promise<{ id: unknown; output: Promise<string> }> => {
    const [long] = await executors('executors');
    const id = { value, parent: { value: long?.container } };
    const launched = await call({
      type: 'LAUNCH_NESTED_CONTAINER_SESSION',
      launch_nested_container_session: { container_id: id, command: { value: command } },
    });
    expect(launched.headers.get('content-type')).toBe('application/recordio');
    const output = launched.arrayBuffer().then((bytes) =>
      new RecordDecoder()
        .push(new Uint8Array(bytes))
        .map((text) => Buffer.from(JSON.parse(text).data.data, 'base64').toString())
        .join(''),
    );
    return { id, output };
  };

  it('a person can run a shell in a task', async () => {
    const { id, output } = await session('my-shell', 'sh');
    expect((await input(id, 'cat stdout; echo $MESOS_EXECUTOR_ID\n', '')).status).toBe(200);
    expect(await output).toBe('out\nlong\n');
  });

  it('how a session ended can be asked for afterwards', async () => {
    const { id, output } = await session('short', 'exit 3');
    await output;
    const answer = await call({ type: 'WAIT_NESTED_CONTAINER', wait_nested_container: { container_id: id } });
    expect(await answer.json()).toMatchObject({ wait_nested_container: { exit_status: 3 << 8 } });
  });

  it('a session that does not read what it is sent harms nobody', async () => {
    const { id, output } = await session('deaf', 'exec 0<&-; echo deaf; sleep 0.3');
    const large = 'x'.repeat(500_000);
    expect((await input(id, large, large, large)).status).toBe(200);
    expect(await output).toBe('deaf\n');
  });

  it('LIST_FILES gives modes as numbers, unlike /files/browse', async () => {
    const answer = await call({ type: 'LIST_FILES', list_files: { path: sandbox } });
    const { list_files } = (await answer.json()) as { list_files: { file_infos: unknown[] } };
    expect(list_files.file_infos).toContainEqual(
      expect.objectContaining({ path: `${sandbox}/stdout`, mode: 0o100644, mtime: expect.any(Object) }),
    );
  });

  it('what a session runs ends with its connection', async () => {
    const [long] = await executors('executors');
    const stop = new AbortController();
    const container_id = { value: 'left', parent: { value: long?.container } };
    await fetch(new URL('/api/v1', rig.agent.url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      signal: stop.signal,
      body: JSON.stringify({
        type: 'LAUNCH_NESTED_CONTAINER_SESSION',
        launch_nested_container_session: {
          container_id,
          command: { value: 'echo $$ > pid; exec sleep 600' },
        },
      }),
    });
    const pid = async (): Promise<number> => Number((await read({ path: `${sandbox}/pid` })).data);
    await expect.poll(pid, patience).toBeGreaterThan(0);
    const sleeper = await pid();
    stop.abort();
    await expect.poll(() => isAlive(sleeper), patience).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function record(value: unknown): string {
  const text = JSON.stringify(value);
  return `${Buffer.byteLength(text)}\n${text}`;
}
