import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { type Marathon, startMarathon } from './servers/marathon/index.ts';
import { type Mesos, startMesos } from './servers/mesos/index.ts';

const app = {
  id: '/web',
  cmd: 'serve',
  cpus: 0.1,
  mem: 32,
  instances: 3,
  upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 0 },
  healthChecks: [{ protocol: 'MESOS_HTTP', portIndex: 0, intervalSeconds: 1, delaySeconds: 0 }],
};

/** The embedded Marathon on the embedded Mesos, over HTTP, with tasks that exist only as timers. */
class Cluster implements AsyncDisposable {
  readonly mesos: Mesos;
  readonly #folder: string;
  readonly #seen: Record<string, unknown>[] = [];
  #wake = Promise.withResolvers<void>();
  #marathon: Marathon | null = null;

  private constructor(mesos: Mesos, folder: string) {
    this.mesos = mesos;
    this.#folder = folder;
  }

  static async start(hosts: readonly string[] = ['a', 'b', 'c']): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'stagegate-both-'));
    const agents = hosts.map((name) => ({
      hostname: `${name}.test`,
      resources: 'cpus:4;mem:4096;disk:4096;ports:[31000-32000]',
    }));
    const mesos = await startMesos({ agents, runtime: 'simulated', workDir: join(folder, 'mesos') });
    const cluster = new Cluster(mesos, folder);
    await cluster.startMarathon();
    return cluster;
  }

  async startMarathon(): Promise<void> {
    this.#marathon = await startMarathon({
      mesosUrl: this.mesos.url,
      stateDir: join(this.#folder, 'marathon'),
    });
    const stream = await fetch(new URL('/v2/events', this.#marathon.url), {
      headers: { accept: 'text/event-stream' },
    });
    void this.#follow(stream).catch(() => {});
  }

  async stopMarathon(): Promise<void> {
    await this.#marathon?.[Symbol.asyncDispose]();
    this.#marathon = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopMarathon();
    await this.mesos[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  async call(method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(new URL(path, this.#marathon?.url), {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  }

  /** Looks again after every event. */
  async until<T>(
    find: (events: readonly Record<string, unknown>[]) => T | undefined | Promise<T | undefined>,
  ): Promise<T> {
    for (;;) {
      const woken = this.#wake.promise;
      const found = await find(this.#seen);
      if (found !== undefined) return found;
      await woken;
    }
  }

  /** No deployment runs, and the app is up in its present version alone. */
  async settled(): Promise<void> {
    await this.until(async () => {
      if ((await this.call('GET', '/v2/deployments')).length > 0) return undefined;
      const { app: now } = await this.call('GET', '/v2/apps/web');
      const isUp = now.tasksHealthy === now.instances && now.tasks.length === now.instances;
      return isUp && now.tasks.every((task: { version: string }) => task.version === now.version)
        ? true
        : undefined;
    });
  }

  /** The app's tasks, once `count` of them run and none is on a gone agent. */
  async placed(
    count: number,
    gone: ReadonlySet<string>,
  ): Promise<[{ readonly slaveId: string }, ...{ readonly slaveId: string }[]]> {
    return this.until(async () => {
      const { tasks } = await this.call('GET', '/v2/apps/web/tasks');
      const up = tasks.filter(
        (task: { readonly state: string; readonly slaveId: string }) =>
          task.state === 'TASK_RUNNING' && !gone.has(task.slaveId),
      );
      return up.length === count ? up : undefined;
    });
  }

  async #follow(response: Response): Promise<void> {
    const parser = createParser({
      onEvent: ({ data }) => {
        this.#seen.push(JSON.parse(data));
        this.#wake.resolve();
        this.#wake = Promise.withResolvers();
      },
    });
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
  }
}

test('an app runs, is rolled to a new version and removed again', async () => {
  await using cluster = await Cluster.start();
  await cluster.call('POST', '/v2/apps', app);
  await cluster.settled();
  await cluster.call('PUT', '/v2/apps/web', { cmd: 'serve --better' });
  await cluster.settled();
  await cluster.call('DELETE', '/v2/apps/web');
  await cluster.until(async () =>
    (await cluster.call('GET', '/v2/deployments')).length === 0 ? true : undefined,
  );
  expect(await runningTasks(cluster.mesos)).toBe(0);
});

test('apps of several roles run side by side, each on what its role was offered', async () => {
  await using cluster = await Cluster.start();
  const { healthChecks: _, ...plain } = app;
  for (const role of ['staging', 'production']) {
    await cluster.call('PUT', `/v2/groups/${role}`, { apps: [{ ...plain, id: 'web', role }] });
  }
  await cluster.until(async () =>
    (await cluster.call('GET', '/v2/deployments')).length === 0 ? true : undefined,
  );
  const { tasks } = await cluster.call('GET', '/v2/tasks');
  const roles: readonly string[] = tasks.map((task: { readonly role: string }) => task.role);
  expect(roles.toSorted()).toEqual([...Array(3).fill('production'), ...Array(3).fill('staging')]);
});

test.each([
  ['its URL', true],
  ['an option', false],
])(
  'Marathon subscribes to a master that asks for a principal and a secret, given by %s',
  async (_how, inUrl) => {
    const folder = mkdtempSync(join(tmpdir(), 'stagegate-both-'));
    const credentials = { user: 'marathon', password: 'a secret/with:marks' };
    const agents = [{ hostname: 'a.test', resources: 'cpus:4;mem:4096;disk:4096;ports:[31000-32000]' }];
    await using mesos = await startMesos({
      agents,
      runtime: 'simulated',
      workDir: join(folder, 'mesos'),
      credentials,
    });
    const mesosUrl = new URL(mesos.url);
    if (inUrl) {
      mesosUrl.username = credentials.user;
      mesosUrl.password = encodeURIComponent(credentials.password);
    }
    const subscribed = Promise.withResolvers<void>();
    await using marathon = await startMarathon({
      mesosUrl,
      ...(inUrl ? {} : { mesosCredentials: credentials }),
      stateDir: join(folder, 'marathon'),
      onLog: ({ text }) => subscribed.reject(new Error(text)),
    });
    const body = JSON.stringify({ id: '/web', cmd: 'serve', cpus: 0.1, mem: 32 });
    const headers = { 'content-type': 'application/json' };
    await fetch(new URL('/v2/apps', marathon.url), { method: 'POST', headers, body });
    const running = expect.poll(
      async () => {
        const answer = await fetch(new URL('/v2/apps//web', marathon.url));
        return JSON.parse(await answer.text()).app.tasksRunning;
      },
      { timeout: 10_000 },
    );
    await Promise.race([running.toBe(1), subscribed.promise]);
    const info = await fetch(new URL('/v2/info', marathon.url)).then((answer) => answer.text());
    expect(info).not.toContain('secret');
    rmSync(folder, { recursive: true, force: true });
  },
);

const troubles: Readonly<Record<string, (cluster: Cluster) => Promise<void>>> = {
  framework: async (cluster) => {
    await cluster.stopMarathon();
    await cluster.startMarathon();
  },
  master: async ({ mesos }) => {
    mesos.master.crash();
    mesos.master.elect();
  },
  agent: async ({ mesos }) => {
    await mesos.agents[0]?.restart();
  },
};

test.for(Object.keys(troubles))(
  'a rolling update goes on and ends after the %s was killed in the middle of it',
  async (what) => {
    await using cluster = await Cluster.start();
    await cluster.call('POST', '/v2/apps', app);
    await cluster.settled();
    await cluster.call('PUT', '/v2/apps/web', { cmd: 'serve --better' });
    await cluster.until((events) => events.find((event) => event.condition === 'Killing'));
    await troubles[what]?.(cluster);
    await cluster.settled();
    expect(await runningTasks(cluster.mesos)).toBe(3);
  },
);

test('after ten agents were marked gone, one after another, every task runs on those that are left', async () => {
  await using cluster = await Cluster.start(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l']);
  const { healthChecks: _, ...plain } = app;
  await cluster.call('POST', '/v2/apps', { ...plain, instances: 12, maxLaunchDelaySeconds: 1 });
  const gone = new Set<string>();
  for (let lost = 0; lost < 10; lost++) {
    const [task] = await cluster.placed(12, gone);
    gone.add(task.slaveId);
    await markGone(cluster.mesos, task.slaveId);
  }
  expect(new Set((await cluster.placed(12, gone)).map(({ slaveId }) => slaveId)).size).toBeLessThanOrEqual(2);
});

async function markGone({ url }: Mesos, agentId: string): Promise<void> {
  const body = JSON.stringify({ type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: { value: agentId } } });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(new URL('/api/v1', url), { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
}

async function runningTasks(mesos: Mesos): Promise<number> {
  const answer = await fetch(new URL('/master/state', mesos.url));
  const state: { readonly frameworks: readonly { readonly tasks: readonly { readonly state: string }[] }[] } =
    JSON.parse(await answer.text());
  return state.frameworks
    .flatMap((framework) => framework.tasks)
    .filter((task) => task.state === 'TASK_RUNNING').length;
}
