import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Marathon, startMarathon } from './servers/marathon/index.ts';
import { type Mesos, startMesos } from './servers/mesos/index.ts';

/** Writes down, in its volume, each task that has found it. */
const db = {
  id: '/shop/db',
  cmd: 'echo $MESOS_TASK_ID >> data/tasks; exec sleep 1000',
  cpus: 0.1,
  mem: 32,
  container: {
    type: 'MESOS',
    volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 10 } }],
  },
};

interface Task {
  readonly id: string;
  readonly slaveId: string;
  readonly state: string;
  readonly localVolumes: readonly { readonly persistenceId: string; readonly containerPath: string }[];
}

/** The embedded Marathon on the embedded Mesos, over HTTP, with tasks that are processes. */
class Cluster implements AsyncDisposable {
  readonly mesos: Mesos;
  readonly #folder: string;
  #marathon: Marathon;

  private constructor(mesos: Mesos, marathon: Marathon, folder: string) {
    this.mesos = mesos;
    this.#marathon = marathon;
    this.#folder = folder;
  }

  static async start(): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'stagegate-volumes-'));
    const agents = ['a', 'b'].map((name) => ({
      hostname: `${name}.test`,
      resources: 'cpus:4;mem:4096;disk:4096;ports:[31000-32000]',
    }));
    const mesos = await startMesos({ agents, runtime: 'process', workDir: join(folder, 'mesos') });
    return new Cluster(mesos, await open(mesos, folder), folder);
  }

  async restartMarathon(): Promise<void> {
    await this.#marathon[Symbol.asyncDispose]();
    this.#marathon = await open(this.mesos, this.#folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#marathon[Symbol.asyncDispose]();
    await this.mesos[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  async call(method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(new URL(path, this.#marathon.url), {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  }

  /** Makes a change and waits until its deployment is over. */
  async deploy(method: string, path: string, body?: unknown): Promise<void> {
    const answer = await this.call(method, path, body);
    const id = answer.deploymentId ?? answer.deployments?.[0]?.id;
    if (id === undefined) throw new Error(JSON.stringify(answer));
    await expect
      .poll(async () => JSON.stringify(await this.call('GET', '/v2/deployments')), { timeout: 10_000 })
      .not.toContain(id);
  }

  /** Running tasks, once there are `count` of them and none of `former`. */
  async running(count: number, former: readonly Task[] = []): Promise<readonly Task[]> {
    const isNew = ({ id }: Task) => former.every((task) => task.id !== id);
    let tasks: readonly Task[] = [];
    await expect
      .poll(
        async () => {
          const answer = await this.call('GET', '/v2/apps/shop/db/tasks');
          tasks = answer.tasks.filter((task: Task) => task.state === 'TASK_RUNNING' && isNew(task));
          return tasks.length;
        },
        { timeout: 10_000 },
      )
      .toBe(count);
    return tasks;
  }

  async only(former: readonly Task[] = []): Promise<Task> {
    const [task] = await this.running(1, former);
    if (task === undefined) throw new Error('no task runs');
    return task;
  }

  /** Which tasks have written into each volume that exists, as their ids. */
  get volumes(): readonly (readonly string[])[] {
    return globSync(join(this.#folder, 'mesos/agent-*/volumes/**/tasks')).map((file) =>
      readFileSync(file, 'utf8').trim().split('\n'),
    );
  }

  /** Names of what is reserved for the role, of all agents. */
  async reserved(role: string): Promise<readonly string[]> {
    const answer = await fetch(new URL('/slaves', this.mesos.url));
    const { slaves } = JSON.parse(await answer.text());
    return slaves.flatMap(
      (slave: {
        readonly reserved_resources_full: Readonly<Record<string, readonly { readonly name: string }[]>>;
      }) => slave.reserved_resources_full[role]?.map(({ name }) => name) ?? [],
    );
  }
}

function open({ url }: Mesos, folder: string): Promise<Marathon> {
  return startMarathon({ mesosUrl: url, stateDir: join(folder, 'marathon') });
}

test('a first launch reserves what the app asks for, makes its volume, and gives it to the task', async () => {
  await using cluster = await Cluster.start();
  await cluster.deploy('POST', '/v2/apps', { ...db, disk: 5 });
  const task = await cluster.only();
  const [volume, ...others] = task.localVolumes;
  expect(others).toEqual([]);
  expect(volume).toMatchObject({ runSpecId: '/shop/db', containerPath: 'data' });
  expect(volume?.persistenceId).toMatch(/^shop_db#data#[0-9a-f-]{36}$/);
  expect((await cluster.reserved('shop')).toSorted()).toEqual(['cpus', 'disk', 'disk', 'mem']);
  await expect.poll(() => cluster.volumes).toEqual([[task.id]]);
});

test('a restart, a new version and the death of the task find the volume on the same agent', async () => {
  await using cluster = await Cluster.start();
  await cluster.deploy('POST', '/v2/apps', db);
  const first = await cluster.only();
  await cluster.deploy('POST', '/v2/apps/shop/db/restart');
  const second = await cluster.only([first]);
  await cluster.deploy('PUT', '/v2/apps/shop/db', { env: { NEW: '1' } });
  const third = await cluster.only([first, second]);
  await cluster.call('DELETE', `/v2/apps/shop/db/tasks/${third.id}`);
  const fourth = await cluster.only([first, second, third]);
  const all = [first, second, third, fourth];
  expect(new Set(all.map(({ slaveId }) => slaveId)).size).toBe(1);
  expect(new Set(all.map(({ localVolumes }) => localVolumes[0]?.persistenceId)).size).toBe(1);
  await expect.poll(() => cluster.volumes).toEqual([all.map(({ id }) => id)]);
});

test('scaling down keeps the volume, and scaling up starts on it again, also after a restart of Marathon', async () => {
  await using cluster = await Cluster.start();
  await cluster.deploy('POST', '/v2/apps', { ...db, instances: 2 });
  const before = await cluster.running(2);
  await expect.poll(() => cluster.volumes).toHaveLength(2);
  await cluster.deploy('PUT', '/v2/apps/shop/db', { instances: 1 });
  await cluster.running(1);
  expect(cluster.volumes).toHaveLength(2);
  await cluster.restartMarathon();
  await cluster.deploy('PUT', '/v2/apps/shop/db', { instances: 2 });
  const after = await cluster.running(2);
  const idsOf = (tasks: readonly Task[]) => tasks.map((task) => task.localVolumes[0]?.persistenceId);
  expect(idsOf(after).toSorted()).toEqual(idsOf(before).toSorted());
});

test.for([false, true])(
  'with the app go its volumes and reservations (Marathon restarted meanwhile: %s)',
  async (restarts) => {
    await using cluster = await Cluster.start();
    await cluster.deploy('POST', '/v2/apps', { ...db, instances: 2 });
    await cluster.running(2);
    await cluster.deploy('PUT', '/v2/apps/shop/db', { instances: 1 });
    await cluster.deploy('DELETE', '/v2/apps/shop/db');
    if (restarts) await cluster.restartMarathon();
    await expect.poll(() => cluster.reserved('shop'), { timeout: 10_000 }).toEqual([]);
    await expect.poll(() => cluster.volumes).toEqual([]);
  },
);

test('a task killed with wipe=true is replaced on a new volume, and the old one is destroyed', async () => {
  await using cluster = await Cluster.start();
  await cluster.deploy('POST', '/v2/apps', db);
  const first = await cluster.only();
  await cluster.call('DELETE', `/v2/apps/shop/db/tasks/${first.id}?wipe=true`);
  const second = await cluster.only([first]);
  await expect.poll(() => cluster.volumes, { timeout: 10_000 }).toEqual([[second.id]]);
});

test('an app whose agent was marked gone starts anew on another one', async () => {
  await using cluster = await Cluster.start();
  await cluster.deploy('POST', '/v2/apps', db);
  const first = await cluster.only();
  const body = JSON.stringify({
    type: 'MARK_AGENT_GONE',
    mark_agent_gone: { agent_id: { value: first.slaveId } },
  });
  await fetch(new URL('/api/v1', cluster.mesos.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect((await cluster.only([first])).slaveId).not.toBe(first.slaveId);
});

test('what nothing can be reserved for, or would change what is reserved, is refused by name', async () => {
  await using cluster = await Cluster.start();
  expect(await cluster.call('POST', '/v2/apps', { ...db, id: '/db' })).toMatchObject({
    details: [{ path: '/role', errors: ['Resident apps cannot have the role *', expect.any(String)] }],
  });
  await cluster.deploy('POST', '/v2/apps', db);
  expect(await cluster.call('PUT', '/v2/apps/shop/db', { mem: 64 })).toMatchObject({
    details: [{ path: '/mem', errors: [expect.stringContaining('may not change resource requirements')] }],
  });
  const volumes = [{ containerPath: 'data', mode: 'RW', persistent: { size: 20 } }];
  expect(
    await cluster.call('PUT', '/v2/apps/shop/db', { container: { type: 'MESOS', volumes } }),
  ).toMatchObject({ details: [{ path: '/', errors: ['Persistent volumes can not be changed!'] }] });
});
