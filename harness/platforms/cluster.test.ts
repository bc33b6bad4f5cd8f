import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf, isRunning } from '../plumbing/process-identity.ts';
import { basicAuthorization, type Cluster, type ClusterSpec, readAccessFile, startCluster } from './index.ts';

let folder: string;
const never = new AbortController().signal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagegate-cluster-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function spec(changes: Partial<ClusterSpec> = {}): ClusterSpec {
  return { agents: 2, agentResources: null, runtime: 'process', folder, marker: {}, labels: {}, ...changes };
}

/** Answers every request with its pid and what it was asked. */
const server =
  `console.log('up'); require('node:http').createServer((request, response) => response.end(process.pid + ' ' + request.url))
  .listen(process.env.PORT, '127.0.0.1')`.replaceAll('\n', ' ');

const app = {
  id: '/test/pid',
  cmd: `exec node -e "${server}"`,
  cpus: 0.1,
  mem: 32,
  instances: 1,
  env: { PATH: dirname(process.execPath) },
  portDefinitions: [{ port: 0, name: 'http' }],
  healthChecks: [
    {
      protocol: 'HTTP',
      path: '/',
      portIndex: 0,
      gracePeriodSeconds: 5,
      intervalSeconds: 1,
      maxConsecutiveFailures: 3,
    },
  ],
};

async function deploy(cluster: Cluster, definition: object & { id: string }): Promise<void> {
  const { marathon } = cluster;
  if (marathon === null) throw new Error('no Marathon');
  const { deploymentId } = await marathon.putApp(definition);
  expect(await marathon.waitForDeployment(deploymentId, { signal: never })).not.toBe('failed');
}

async function ask({ auth }: Cluster, url: URL): Promise<unknown> {
  const answer = await fetch(url, { headers: basicAuthorization(auth) });
  return answer.json();
}

test('an app put into Marathon answers at its edge address, and is gone with the cluster', async () => {
  const cluster = await startCluster(spec(), never);
  const route = await cluster.edge?.reserve(app.id);
  await deploy(cluster, app);
  const said = await (await fetch(`${route?.address}/hello`)).text();
  expect(said).toMatch(/^\d+ \/hello$/);
  const task = identityOf(Number.parseInt(said, 10));
  expect(isRunning(task)).toBe(true);

  const logs = await cluster.collectLogs(join(folder, 'copies'));
  expect(logs.map((file) => readFileSync(file, 'utf8'))).toContain('up\n');
  await cluster[Symbol.asyncDispose]();

  expect(isRunning(task)).toBe(false);
  await expect(fetch(new URL('/v2/info', String(cluster.marathonUrl)))).rejects.toThrow();
});

test('a port that is taken is named, and what had started is gone again', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => blocker.once('listening', resolve));
  const { port } = blocker.address() as { port: number };
  const starting = startCluster(spec({ marathonPort: port }), never);
  await expect(starting).rejects.toMatchObject({
    code: 'SG_PORT_TAKEN',
    message: expect.stringContaining(`${port}`),
  });
  expect(existsSync(join(folder, 'mesos'))).toBe(false);
  blocker.close();
});

test('without Marathon a cluster is just Mesos', async () => {
  await using cluster = await startCluster(spec({ mesosOnly: true }), never);
  expect(cluster).toMatchObject({
    marathonUrl: null,
    edge: null,
    agents: [expect.any(URL), expect.any(URL)],
  });
});

test('each agent may have an address, ports and attributes of its own', async () => {
  const attributes = ['rack:a;zone:1', 'rack:b'];
  await using cluster = await startCluster(
    spec({ agents: 3, mesosOnly: true, distinctHosts: true, agentAttributes: attributes }),
    never,
  );
  expect(cluster.agents.map(({ hostname }) => hostname)).toEqual(['127.0.0.2', '127.0.0.3', '127.0.0.4']);
  const state = await ask(cluster, new URL('/state', cluster.mesosUrl));
  const { slaves } = state as {
    slaves: { hostname: string; attributes: unknown; resources: { ports: string } }[];
  };
  expect(Object.fromEntries(slaves.map((slave) => [slave.hostname, slave.attributes]))).toEqual({
    '127.0.0.2': { rack: 'a', zone: 1 },
    '127.0.0.3': { rack: 'b' },
    '127.0.0.4': { rack: 'a', zone: 1 },
  });
});

test('an app that is to run once per host runs on every agent with distinct hosts', async () => {
  const here = mkdtempSync(join(tmpdir(), 'stagegate-sandboxes-'));
  await using cluster = await startCluster(spec({ distinctHosts: true, temporaryFolder: here }), never);
  const twice = { ...app, instances: 2, constraints: [['hostname', 'UNIQUE']], healthChecks: [] };
  await deploy(cluster, twice);
  const answer = await ask(cluster, new URL('/v2/apps/test/pid/tasks', String(cluster.marathonUrl)));
  const { tasks } = answer as {
    tasks: { host: string; ipAddresses: { ipAddress: string }[] }[];
  };
  expect(tasks.map(({ host }) => host).sort()).toEqual(['127.0.0.2', '127.0.0.3']);
  for (const task of tasks) expect(task.ipAddresses).toMatchObject([{ ipAddress: task.host }]);
  expect(existsSync(join(here, 'mesos', 'agent-0'))).toBe(true);
  await cluster[Symbol.asyncDispose]();
  rmSync(here, { recursive: true, force: true });
});

test('a cluster that a command holds tells where it is, with its credentials, to this user alone', async () => {
  await using cluster = await startCluster(spec({ heldBy: 'up shop' }), never);
  expect(await readAccessFile(folder)).toEqual({
    heldBy: 'up shop',
    marathon: cluster.marathonUrl?.href,
    mesos: cluster.mesosUrl.href,
    edge: cluster.edge?.url.href,
    auth: cluster.auth,
    runtime: 'process',
  });
  expect(cluster.auth).not.toBeNull();
  expect(statSync(join(folder, 'access.json')).mode & 0o077).toBe(0);
});

test('a cluster that nothing holds leaves no word of where it is', async () => {
  await using _cluster = await startCluster(spec(), never);
  expect(await readAccessFile(folder)).toBeNull();
});
