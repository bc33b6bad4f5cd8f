import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config } from '../../config/index.ts';
import { type LedgerRecord, openLedger } from '../../ledger/index.ts';
import { basic } from '../../operations/index.ts';
import { type Cluster, type MarathonClient, startCluster } from '../../platforms/index.ts';
import { type Console, openConsole } from '../console.ts';
import { argumentsOf } from '../server/decide.ts';
import type { ProjectSource } from '../server/project.ts';

/** A real cluster with credentials, and the console of it. */
export class ConsoleRig implements AsyncDisposable {
  readonly cluster: Cluster;
  readonly console: Console;
  readonly marathon: MarathonClient;
  readonly #undo: AsyncDisposableStack;

  private constructor(cluster: Cluster, opened: Console, undo: AsyncDisposableStack) {
    if (cluster.marathon === null) throw new Error('The rig needs a Marathon.');
    this.cluster = cluster;
    this.console = opened;
    this.marathon = cluster.marathon;
    this.#undo = undo;
  }

  static async start(options: { readonly records?: readonly LedgerRecord[] } = {}): Promise<ConsoleRig> {
    await using undo = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'stagegate-console-'));
    undo.defer(() => rm(folder, { recursive: true, force: true }));
    const cluster = undo.use(
      await startCluster(
        {
          agents: 2,
          agentResources: null,
          runtime: 'process',
          folder,
          marker: {},
          labels: {},
        },
        AbortSignal.timeout(30_000),
      ),
    );
    const access = {
      marathon: cluster.marathonUrl,
      mesos: cluster.mesosUrl,
      edge: cluster.edge?.url ?? null,
      authorization: basic(cluster.auth),
    };
    const project = await projectOf(folder, options.records ?? []);
    const opened = undo.use(await openConsole({ access, title: 'up shop', runtime: 'process', project }));
    return new ConsoleRig(cluster, opened, undo.move());
  }

  /** Resolves once its deployment is over. */
  async deploy(definition: object & { readonly id: string }): Promise<void> {
    const { deploymentId } = await this.marathon.putApp(definition);
    await this.marathon.waitForDeployment(deploymentId, { signal: AbortSignal.timeout(30_000) });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#undo.disposeAsync();
  }
}

/** A project of two services whose ledger holds these records. */
async function projectOf(root: string, records: readonly LedgerRecord[]): Promise<ProjectSource> {
  const ledger = await openLedger(root);
  if (records.length > 0) await ledger.append(records);
  const services = [
    { name: 'orders', neighbours: { PAYMENTS_URL: 'payments' } },
    { name: 'payments', neighbours: {} },
  ];
  const environments = [
    { name: 'dev', platform: 'embedded' },
    { name: 'production', platform: 'live' },
  ];
  const gates = [{ from: 'dev', to: 'production', requires: ['unit'] }];
  // As far as the console reads it.
  const config = { root, system: 'shop', services, environments, gates } as unknown as Config;
  return {
    config,
    openLedger: () => openLedger(root),
    // What the command says, instead of the command: the project cannot be built.
    decide: async (decision) => ({ exitCode: 0, said: argumentsOf(decision).join(' ') }),
  };
}

/** Node and the usual tools, for tasks. */
const path = `${dirname(process.execPath)}:/usr/bin:/bin`;

interface AppChanges {
  readonly env?: Readonly<Record<string, string>>;
  readonly instances?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** An app that answers `ok` on its port, or asks `ASK` first and passes the request id on. */
export function serverApp(id: string, changes: AppChanges = {}) {
  const { env = {}, ...rest } = changes;
  return {
    id,
    cmd: `exec node -e "${server}"`,
    cpus: 0.1,
    mem: 32,
    instances: 1,
    portDefinitions: [{ port: 0, name: 'http' }],
    healthChecks: [{ protocol: 'HTTP', path: '/', intervalSeconds: 1, gracePeriodSeconds: 20 }],
    ...rest,
    env: { PATH: path, ...env },
  };
}

const server = `
const say = (fields) => console.log(JSON.stringify({ time: new Date().toISOString(), level: 'info', ...fields }));
require('node:http').createServer(async (request, response) => {
  const requestId = request.headers['x-request-id'];
  if (requestId) say({ message: 'request', requestId, path: request.url });
  if (request.url === '/broken') { response.writeHead(500); return response.end('broken'); }
  if (process.env.ASK && requestId) await fetch(process.env.ASK + '/asked', { headers: { 'x-request-id': requestId } });
  response.end('ok');
}).listen(process.env.PORT0, '127.0.0.1', () => say({ message: 'listening' }));
`;

/** An app that says why and ends. */
export function crashingApp(id: string) {
  return {
    id,
    cmd: `echo "no database at db:5432 <img src=x onerror=alert(1)>" >&2; exit 3`,
    cpus: 0.1,
    mem: 32,
    instances: 1,
    backoffSeconds: 1,
    backoffFactor: 1.1,
    maxLaunchDelaySeconds: 3,
    env: { PATH: path },
  };
}
