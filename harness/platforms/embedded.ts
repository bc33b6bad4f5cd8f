import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StagegateError } from '../model/index.ts';
import { madeUpPassword } from '../plumbing/made-up-password.ts';
import { messageOf } from '../plumbing/thrown.ts';
import { startEdge } from '../servers/edge/index.ts';
import { startMarathon } from '../servers/marathon/index.ts';
import { startMesos } from '../servers/mesos/index.ts';
import { agentSpecs } from './agent-specs.ts';
import type { Cluster, ClusterDriver, ClusterSpec, Credentials } from './cluster.ts';
import { collectLogs } from './collect-logs.ts';
import { deploymentDeadlineLabel } from './deadline-label.ts';
import { MarathonClient } from './marathon-client.ts';
import { createRunNetwork, type RunNetwork } from './run-network.ts';
import { serviceCallsLabel, serviceVersionLabel } from './service-labels.ts';

const loopback = '127.0.0.1';

/** Mesos, Marathon and the edge in this process, on loopback. */
export const embedded: ClusterDriver = { kind: 'embedded', start };

async function start(spec: ClusterSpec, signal: AbortSignal): Promise<Cluster> {
  signal.throwIfAborted();
  await using started = new AsyncDisposableStack();
  const logs = spec.logFolder ?? join(spec.folder, 'logs');
  await mkdir(logs, { recursive: true });
  const mesosLog = started.use(openLog(join(logs, 'mesos.log')));
  const marathonLog = started.use(openLog(join(logs, 'marathon.log')));
  const edgeLog = started.use(openLog(join(logs, 'edge.log')));
  const network = await networkOf(spec, started);
  const auth = spec.noAuth === true ? null : madeUpCredentials();
  const asked = auth === null ? {} : { credentials: auth };
  const agents = await agentSpecs(spec, started);
  const sandboxes = spec.temporaryFolder ?? spec.folder;
  const mesos = started.use(
    await within(signal, 'Mesos', mesosLog.file, () =>
      startMesos({
        agents,
        runtime: spec.runtime,
        workDir: join(sandboxes, 'mesos'),
        port: spec.mesosPort ?? 0,
        taskEnvironment: spec.marker,
        ...asked,
        ...(spec.jsonp === undefined ? {} : { jsonp: spec.jsonp }),
        ...(network === null ? {} : { dockerNetwork: (role: string) => network.ofRole(role) }),
        ...(spec.dockerConfig === undefined ? {} : { dockerConfig: spec.dockerConfig }),
        onLog: mesosLog.write,
      }),
    ),
  );
  const common = {
    runtime: spec.runtime,
    mesosUrl: mesos.url,
    agents: mesos.agents.map(({ url }) => url),
    auth,
    taskHost: network?.gateway ?? loopback,
    dockerNetwork: network?.name ?? null,
    collectLogs: (directory: string) => collectLogs(new Set([spec.folder, sandboxes]), directory),
  };
  if (spec.mesosOnly === true) {
    const running = started.move();
    return {
      ...common,
      marathonUrl: null,
      marathon: null,
      edge: null,
      [Symbol.asyncDispose]: () => running.disposeAsync(),
    };
  }
  const marathon = started.use(
    await within(signal, 'Marathon', marathonLog.file, () =>
      startMarathon({
        mesosUrl: mesos.url,
        port: spec.marathonPort ?? 0,
        stateDir: join(spec.folder, 'marathon'),
        deploymentDeadlineLabel,
        ...asked,
        ...(auth === null ? {} : { mesosCredentials: auth }),
        onLog: marathonLog.write,
      }),
    ),
  );
  const bind = network === null ? [loopback] : [loopback, network.gateway];
  const edge = started.use(
    await startEdge({
      marathonUrl: marathon.url,
      bind,
      versionLabel: serviceVersionLabel,
      callsLabel: serviceCallsLabel,
      ...(spec.onUndeclaredCall === undefined ? {} : { onUndeclaredCall: spec.onUndeclaredCall }),
      onDefect: (text) => edgeLog.write({ level: 'error', text }),
      ...asked,
    }),
  );
  const running = started.move();
  return {
    ...common,
    marathonUrl: marathon.url,
    marathon: new MarathonClient({ url: marathon.url, auth }),
    edge,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function madeUpCredentials(): Credentials {
  return { user: 'stagegate', password: madeUpPassword() };
}

/** Null where tasks are processes of this machine. */
async function networkOf(spec: ClusterSpec, started: AsyncDisposableStack): Promise<RunNetwork | null> {
  if (spec.runtime === 'process') return null;
  if (spec.network !== undefined) return spec.network;
  const name = spec.labels['stagegate.run'] ?? 'cluster';
  return started.use(await createRunNetwork(`stagegate-${name}`, spec.labels));
}

interface Log extends Disposable {
  readonly file: string;
  write(line: { readonly level: string; readonly text: string }): void;
}

function openLog(file: string): Log {
  const stream = createWriteStream(file, { flags: 'a' });
  return {
    file,
    write: ({ level, text }) => void stream.write(`${new Date().toISOString()} ${level} ${text}\n`),
    [Symbol.dispose]: () => void stream.end(),
  };
}

/** Starts one server; what comes up after the signal aborted is taken down again. */
async function within<T extends AsyncDisposable>(
  signal: AbortSignal,
  what: string,
  logFile: string,
  start: () => Promise<T>,
): Promise<T> {
  const starting = start();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([starting, aborted.promise]);
  } catch (error) {
    starting.then((late) => late[Symbol.asyncDispose]()).catch(() => {});
    if (signal.aborted || error instanceof StagegateError) throw error;
    const said = messageOf(error);
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw new StagegateError(
      taken ? 'SG_PORT_TAKEN' : 'SG_CLUSTER_NOT_READY',
      `${what} did not start; its log is ${logFile}: ${said}`,
      { cause: error },
    );
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
