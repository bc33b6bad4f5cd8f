import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { commit, makeDeployable, writeServer } from './deployable-shop.ts';
import { Project, type RunningCommand } from './rig.ts';

/** Where a cluster of somebody else is. */
interface Where {
  readonly marathon: string;
  readonly mesos: string;
  readonly edge: string;
  readonly auth: { readonly user: string; readonly password: string };
}

let somebody: Project;
let cluster: RunningCommand;
let where: Where;
let project: Project;

beforeAll(async () => {
  somebody = await Project.create();
  cluster = somebody.start('cluster', '--agents', '1', '--runtime', 'process');
  where = JSON.parse(await cluster.firstLine());
  project = await Project.create();
  project.env.PROD_MARATHON = entered(where.marathon);
  project.env.PROD_MESOS = entered(where.mesos);
  project.env.PROD_EDGE = entered(where.edge);
  await makeDeployable(
    project,
    `environments: [{ name: 'dev' }, { name: 'production', platform: 'prod' }],
    platforms: { prod: { marathon: { env: 'PROD_MARATHON' }, mesos: { env: 'PROD_MESOS' }, edge: { env: 'PROD_EDGE' } } },`,
  );
}, 60_000);

afterAll(async () => {
  await cluster?.interrupt();
  await project?.[Symbol.asyncDispose]();
  await somebody?.[Symbol.asyncDispose]();
});

/** With the cluster's credentials in it. */
function entered(address: string): string {
  const url = new URL(address);
  url.username = where.auth.user;
  url.password = where.auth.password;
  return url.href;
}

async function askMarathon<T>(path: string): Promise<T> {
  const { user, password } = where.auth;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return (await fetch(new URL(path, where.marathon), { headers: { authorization } })).json() as Promise<T>;
}

async function addressOf(service: string): Promise<string> {
  const { user, password } = where.auth;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const routes = await (await fetch(new URL('/routes', where.edge), { headers: { authorization } })).json();
  const route = (routes as { appId: string; address: string }[]).find(
    ({ appId }) => appId === `/production/shop/${service}`,
  );
  if (route === undefined) throw new Error(`no address of ${service}`);
  return route.address;
}

/** Asks until stopped; resolves to how often each answer came, or each failure. */
function steadyLoad(address: string): { stop(): Promise<Readonly<Record<string, number>>> } {
  const answers: Record<string, number> = {};
  let stopped = false;
  const asking = (async () => {
    while (!stopped) {
      const said = await fetch(address).then(
        async (response) => `${response.status} ${await response.text()}`,
        (error) => `failed: ${error.cause?.message ?? error.message}`,
      );
      answers[said] = (answers[said] ?? 0) + 1;
    }
    return answers;
  })();
  return {
    stop: () => {
      stopped = true;
      return asking;
    },
  };
}

describe('production on a cluster that somebody else started', () => {
  test('gets the first run’s versions, and they stay when the run has ended', async () => {
    const told = await project.stagegate('run');
    expect(told.stdout).toContain('✓ deploy front to production');
    expect(told.exitCode).toBe(0);
    expect(await (await fetch(await addressOf('front'))).text()).toBe('front 1 back 1 ');
    const status = await project.stagegate('status');
    expect(status.stdout).toMatch(/production \(prod platform\)\n.*running 1\.0\.0\S* on prod since/);
  }, 120_000);

  test('is found by the second run, which rolls over it and drops no request', async () => {
    await writeServer(project, 'back', 'back 2');
    await commit(project);
    const load = steadyLoad(await addressOf('front'));
    const told = await project.stagegate('run');
    const answers = await load.stop();
    expect(told.exitCode).toBe(0);
    expect(Object.keys(answers).toSorted()).toEqual(['200 front 1 back 1 ', '200 front 1 back 2 ']);
    const { apps } = await askMarathon<{ apps: { id: string; tasksHealthy: number }[] }>('/v2/apps');
    expect(apps.map(({ id, tasksHealthy }) => `${id} ${tasksHealthy}`).toSorted()).toEqual([
      '/production/shop/back 1',
      '/production/shop/front 1',
    ]);
  }, 120_000);

  test('survives that its Marathon changes the leader in the middle of a deployment', async () => {
    const failover = await startFailover(new URL(where.marathon));
    onTestFinished(() => failover.close());
    const before = project.env.PROD_MARATHON ?? '';
    const through = new URL(before);
    through.port = String(failover.port);
    project.env.PROD_MARATHON = through.href;
    await writeServer(project, 'back', 'back 3');
    await commit(project);
    const told = await project.stagegate('run');
    project.env.PROD_MARATHON = before;
    expect(failover.refused).toBe(3);
    expect(told.exitCode).toBe(0);
    expect(await (await fetch(await addressOf('front'))).text()).toBe('front 1 back 3 ');
  }, 120_000);
});

/** Lets everything through; when the first change is answered, cuts every connection and refuses the next three. */
async function startFailover(target: URL) {
  const open = new Set<Socket>();
  const state = { refused: 0, isCut: false };
  const server = createServer((socket) => {
    if (state.isCut && state.refused < 3) {
      state.refused++;
      socket.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    open.add(socket);
    let isChange = false;
    socket.on('data', (data) => {
      isChange ||= data.toString('latin1').startsWith('PUT ');
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      socket.write(data);
      if (!isChange || state.isCut) return;
      state.isCut = true;
      for (const each of open) each.destroy();
    });
    socket.on('error', () => {}).on('close', () => upstream.destroy());
    upstream.on('error', () => {}).on('close', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get refused() {
      return state.refused;
    },
    close: () => {
      for (const each of open) each.destroy();
      server.close();
    },
  };
}

test('a platform that cannot be reached ends the run with 3 and is named by its key', async () => {
  const before = project.env.PROD_MARATHON ?? '';
  project.env.PROD_MARATHON = 'http://127.0.0.1:9';
  const told = await project.stagegate('run');
  project.env.PROD_MARATHON = before;
  expect(told.stdout).toMatch(/SG_PLATFORM_UNREACHABLE: platforms\.prod\.marathon: GET \S+: .*ECONNREFUSED/);
  expect(told.exitCode).toBe(3);
}, 60_000);
