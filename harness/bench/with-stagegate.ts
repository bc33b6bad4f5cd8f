import { join } from 'node:path';
import type { Build } from '../builders/index.ts';
import { basicAuthorization, MarathonClient } from '../platforms/index.ts';
import { firstLine, type Started, startNode, timeToEnd, untilReady } from './measure.ts';

/** What `stagegate cluster` prints when it is ready. */
interface ClusterAddresses {
  readonly marathon: string;
  readonly edge: string;
  readonly auth: { readonly user: string; readonly password: string };
}

export interface ReadyCluster extends AsyncDisposable {
  readonly addresses: ClusterAddresses;
  /** From the start of the command to the line that says it is ready. */
  readonly readyMs: number;
}

const commandLine = (root: string): string => join(root, 'harness', 'cli', 'main.ts');

export async function startStagegateCluster(root: string): Promise<ReadyCluster> {
  const started: Started = startNode({
    args: [commandLine(root), 'cluster', '--runtime', 'process'],
    cwd: root,
  });
  const addresses = JSON.parse(await firstLine(started)) as ClusterAddresses;
  return {
    addresses,
    readyMs: started.elapsedMs(),
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}

/** From sending the app's definition until it answers at its edge address as ready. */
export async function timeToHealthyApp(
  { marathon, edge, auth }: ClusterAddresses,
  { bundle }: Build,
): Promise<number> {
  const id = '/bench/notifications';
  const reserved = await fetch(new URL('/routes', edge), {
    method: 'POST',
    headers: basicAuthorization(auth),
    body: JSON.stringify({ appId: id }),
  });
  const { address } = (await reserved.json()) as { address: string };
  const definition = {
    id,
    cmd: `exec '${process.execPath}' server.mjs`,
    fetch: [{ uri: bundle, extract: true }],
    env: { LISTEN_ADDRESS: '127.0.0.1' },
    cpus: 0.1,
    mem: 64,
    instances: 1,
    portDefinitions: [{ port: 0, name: 'http' }],
    healthChecks: [
      {
        protocol: 'MESOS_HTTP',
        path: '/health/live',
        portIndex: 0,
        gracePeriodSeconds: 10,
        intervalSeconds: 1,
        delaySeconds: 0,
      },
    ],
  };
  const startedMs = performance.now();
  await new MarathonClient({ url: marathon, auth }).putApp(definition);
  await untilReady(`${address}/health/ready`);
  return performance.now() - startedMs;
}

/** The whole road: six builds, five stages, four environments. */
export function timeOfRun(root: string): Promise<number> {
  return timeToEnd({ args: [commandLine(root), 'run', '--runtime', 'process'], cwd: root });
}
