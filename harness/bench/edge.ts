/**
 * How the edge compares with HAProxy: the same two backends, one thread each, 32 connections of wrk. Needs `haproxy` and `wrk`.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEdge } from '../servers/edge/index.ts';
import { untilReady } from './measure.ts';

/** Time per request under full load, in milliseconds. */
export interface EdgeTimes {
  readonly edgeMs: number;
  readonly haproxyMs: number;
}

const seconds = 4;
/** The faster of these counts: whatever else runs on the machine only ever slows a measurement down. */
const turns = 3;

/** Null where haproxy or wrk is not installed. */
export async function timesOfEdge(folder: string): Promise<EdgeTimes | null> {
  if (
    ![['haproxy', '-v'] as const, ['wrk', '-v'] as const].every(([name, flag]) => isInstalled(name, flag))
  ) {
    return null;
  }
  await using stack = new AsyncDisposableStack();
  const [a, b, front] = await freePorts(3);
  const haproxy = await startHaproxy(join(folder, 'haproxy.cfg'), { backends: [a, b], front });
  stack.defer(() => end(haproxy));
  const direct = `http://127.0.0.1:${front}/`;
  await untilReady(direct);
  const marathon = createServer((request, response) => {
    if (request.url === '/v2/events') response.writeHead(200).flushHeaders();
    else response.end(JSON.stringify({ apps: [appAt(a, b)] }));
  });
  await new Promise<void>((resolve) => marathon.listen(0, '127.0.0.1', resolve));
  stack.defer(() => {
    marathon.closeAllConnections();
    marathon.close();
  });
  const { port } = marathon.address() as AddressInfo;
  const edge = stack.use(
    await startEdge({ marathonUrl: new URL(`http://127.0.0.1:${port}`), bind: ['127.0.0.1'] }),
  );
  const { address } = await edge.reserve('/bench');
  await untilReady(address);
  let edgeRate = 0;
  let haproxyRate = 0;
  for (let turn = 0; turn < turns; turn++) {
    haproxyRate = Math.max(haproxyRate, await requestsPerSecond(direct));
    edgeRate = Math.max(edgeRate, await requestsPerSecond(`${address}/`));
  }
  return { edgeMs: 1_000 / edgeRate, haproxyMs: 1_000 / haproxyRate };
}

function isInstalled(name: string, flag: string): boolean {
  return spawnSync(name, [flag], { stdio: 'ignore' }).error === undefined;
}

function appAt(...ports: readonly (number | undefined)[]): unknown {
  const tasks = ports.map((port, index) => ({
    id: `bench.instance-${index}._app.1`,
    host: '127.0.0.1',
    state: 'TASK_RUNNING',
    ports: [port],
  }));
  return { id: '/bench', portDefinitions: [{}], tasks };
}

/** Two processes of HAProxy: the backends, and the proxy that is compared. */
async function startHaproxy(
  file: string,
  ports: { readonly backends: readonly (number | undefined)[]; readonly front: number | undefined },
): Promise<readonly ChildProcess[]> {
  const common = `global
  nbthread 1
  maxconn 2000
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
`;
  const backends = `frontend answers
${ports.backends.map((port) => `  bind 127.0.0.1:${port}`).join('\n')}
  http-request return status 200 content-type text/plain string "hello"
`;
  const proxy = `frontend front
  bind 127.0.0.1:${ports.front}
  option forwardfor
  default_backend app
backend app
  balance roundrobin
${ports.backends.map((port, index) => `  server s${index} 127.0.0.1:${port}`).join('\n')}
`;
  await writeFile(`${file}.backends`, common + backends);
  await writeFile(`${file}.proxy`, common + proxy);
  return ['backends', 'proxy'].map((kind) =>
    spawn('haproxy', ['-db', '-f', `${file}.${kind}`], { stdio: 'ignore' }),
  );
}

async function end(processes: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    processes.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }),
  );
}

async function requestsPerSecond(url: string): Promise<number> {
  const { stdout } = await promisify(execFile)('wrk', ['-t1', '-c32', `-d${seconds}`, url]);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
