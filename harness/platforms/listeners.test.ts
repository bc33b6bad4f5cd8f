import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { basicAuthorization, type Cluster, startCluster } from './index.ts';

const onLinux = existsSync('/proc/self/net/tcp');
const secret = 'planted-database-password';
const agents = 2;

let folder: string;
let cluster: Cluster;
let serviceAddress: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagegate-listeners-'));
  chmodSync(folder, 0o755);
  const never = new AbortController().signal;
  cluster = await startCluster(
    { agents, agentResources: null, runtime: 'process', folder, marker: {}, labels: {} },
    never,
  );
  serviceAddress = (await cluster.edge?.reserve('/shop/orders'))?.address ?? '';
  const { marathon } = cluster;
  const definition = {
    id: '/shop/orders',
    cmd: 'sleep 600',
    cpus: 0.1,
    mem: 32,
    instances: 1,
    env: { PATH: dirname(process.execPath), DATABASE_URL: `postgres://shop:${secret}@127.0.0.1/shop` },
  };
  const { deploymentId } = (await marathon?.putApp(definition)) ?? { deploymentId: '' };
  await marathon?.waitForDeployment(deploymentId, { signal: never });
});

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Ports on which this process listens, as the system knows them: none can be forgotten. */
function listeningPorts(): number[] {
  const listening = new Map<string, number>();
  for (const table of ['/proc/self/net/tcp', '/proc/self/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state === '0A')
        listening.set(`socket:[${inode}]`, Number.parseInt(local.split(':').at(-1) ?? '', 16));
    }
  }
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return listening.get(readlinkSync(`/proc/self/fd/${descriptor}`)) ?? [];
    } catch {
      return [];
    }
  });
}

/** Every listener of the cluster but the address of a service, which is the service's own. */
function controlPorts(): number[] {
  return listeningPorts().filter((port) => port !== Number(new URL(serviceAddress).port));
}

interface Told {
  readonly status: number;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function ask(port: number, { method = 'GET', path, headers = {}, body }: Asked): Promise<Told> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** What reads, changes or ends something, on one server or the other. */
const worthwhile: readonly Asked[] = [
  { path: '/' },
  { path: '/state' },
  { path: '/state?jsonp=steal' },
  { path: '/tasks' },
  { path: '/flags' },
  { path: '/containers' },
  { path: '/files/browse?path=/' },
  { path: '/metrics/snapshot' },
  { path: '/v2/apps' },
  { path: '/v2/apps//shop/orders' },
  { path: '/v2/info' },
  { path: '/v2/events' },
  { path: '/routes' },
  { path: '/requests' },
  { method: 'POST', path: '/api/v1', body: '{"type":"GET_STATE"}' },
  { method: 'POST', path: '/api/v1/scheduler', body: '{"type":"TEARDOWN"}' },
  { method: 'POST', path: '/teardown', body: 'frameworkId=x' },
  { method: 'POST', path: '/v2/apps//shop/orders/restart' },
  { method: 'POST', path: '/v2/apps', body: '{"id":"/evil","cmd":"id"}' },
  { method: 'DELETE', path: '/v2/apps//shop/orders' },
  { method: 'POST', path: '/routes', body: '{"appId":"/shop/orders"}' },
  { method: 'PUT', path: '/faults', body: '{"appId":"/shop/orders","fault":{"kind":"refuse"}}' },
];

/** What a browser sends for a page of somebody else that holds the address of a server of ours. */
const foreignPages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'DNS rebinding': { Host: 'rebound.example' },
  'a cross-site form': {
    Origin: 'http://evil.example',
    'Sec-Fetch-Site': 'cross-site',
    'Sec-Fetch-Mode': 'navigate',
    'Content-Type': 'application/x-www-form-urlencoded',
  },
  'a form of a sandboxed frame': { Origin: 'null', 'Content-Type': 'text/plain' },
  'a script of another port': { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Dest': 'script' },
  'a fetch without CORS': { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
};

describe.skipIf(!onLinux)('every listener of a running cluster', () => {
  test('is known: Mesos, its agents, Marathon and the API of the edge', () => {
    const { marathonUrl, mesosUrl, edge } = cluster;
    const urls = [mesosUrl, ...cluster.agents, marathonUrl, edge?.url];
    expect(controlPorts().toSorted()).toEqual(urls.map((url) => Number(url?.port)).toSorted());
    expect(controlPorts()).toHaveLength(agents + 3);
  });

  test('asks another user of the machine for credentials', async () => {
    for (const port of controlPorts()) {
      for (const asked of worthwhile) {
        const { status, body } = await ask(port, asked);
        expect({ port, ...asked, status }).toEqual({ port, ...asked, status: 401 });
        expect(body).not.toContain(secret);
      }
    }
  });

  test.each(Object.keys(foreignPages))(
    'refuses %s, even with the credentials that a browser keeps',
    async (page) => {
      const headers = { ...foreignPages[page], ...basicAuthorization(cluster.auth) };
      for (const port of controlPorts()) {
        for (const asked of worthwhile) {
          const { status } = await ask(port, { ...asked, headers });
          expect({ port, ...asked, status }).toEqual({ port, ...asked, status: 403 });
        }
      }
    },
  );

  test('lets its owner in, and one bad password out', async () => {
    const apps = { path: '/v2/apps' };
    const port = Number(cluster.marathonUrl?.port);
    const answer = await ask(port, { ...apps, headers: basicAuthorization(cluster.auth) });
    expect([answer.status, answer.body.includes(secret)]).toEqual([200, true]);
    const wrong = basicAuthorization({ user: 'stagegate', password: 'guess' });
    expect((await ask(port, { ...apps, headers: wrong })).status).toBe(401);
  });
});

const someoneElse = { uid: 12_345, gid: 12_345 };

describe.skipIf(!onLinux || process.getuid?.() !== 0)('another user of the machine', () => {
  test('finds neither a password nor what a service was started with in files or in the process list', async () => {
    const find = `find ${folder} -type f -readable -exec cat {} + 2>/dev/null; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null; true`;
    const run = promisify(execFile);
    const { stdout } = await run('sh', ['-c', find], { ...someoneElse, cwd: '/', maxBuffer: 2 ** 26 });
    expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain(cluster.auth?.password);
  });
});
