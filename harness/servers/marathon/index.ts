import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join, relative } from 'node:path';
import { type Clock, systemClock } from '../../plumbing/clock.ts';
import type { Credentials, ForeignRules } from '../http/index.ts';
import { probeReadiness } from './deployments/readiness-prober.ts';
import { Engine } from './engine.ts';
import { probe } from './health/probe.ts';
import { Jobs } from './jobs/index.ts';
import type { SchedulerConnection } from './scheduler/connection.ts';
import { httpConnection } from './scheduler/http-connection.ts';
import { startApiServer } from './server/server.ts';

export type { Credentials, ForeignRules } from '../http/index.ts';
export type {
  SchedulerCall,
  SchedulerConnection,
  SchedulerStream,
  StreamHandlers,
} from './scheduler/connection.ts';

export interface MarathonOptions {
  /** Any Mesos master, or a server that redirects to the leading one. It may hold a user (the principal) and a password. */
  readonly mesosUrl: URL;
  /** The principal and its secret; they come before those in the URL. */
  readonly mesosCredentials?: Credentials;
  /** 0 or absent: picked. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Groups, instances, running deployments and the framework id; who starts with it later goes on from there. */
  readonly stateDir: string;
  /** As Basic authentication, or the password alone as a token (`Bearer`, or `token=`). Absent: none are asked for. */
  readonly credentials?: Credentials;
  /** Allowed to look, but not to change anything. */
  readonly readOnlyCredentials?: Credentials;
  /** By which names clients may call the server, besides loopback names, its address and this machine's host name. */
  readonly foreign?: ForeignRules;
  /** Default `marathon`. */
  readonly frameworkName?: string;
  /** How long the master keeps the framework and its tasks when this process is away; default a week. */
  readonly failoverTimeoutSeconds?: number;
  /** The user tasks run as on a Mesos that switches users. Default: who runs this process. */
  readonly frameworkUser?: string;
  /** Each file below it is a secret: its path from here is the `source` that definitions name. Read at the start. */
  readonly secretsDir?: string;
  /** Ends deployments that have not succeeded by then, leaving their tasks as they are. Absent: never, as with Marathon. */
  readonly deploymentDeadlineSeconds?: number;
  /** The label by which an app gives a deadline of its own, in seconds. Absent: apps have none. */
  readonly deploymentDeadlineLabel?: string;
  readonly clock?: Clock;
  /** Instead of HTTP, for simulations. */
  readonly connection?: SchedulerConnection;
  readonly onLog?: (line: { readonly level: 'info' | 'warn' | 'error'; readonly text: string }) => void;
}

/** A running framework with its API. Disposing it leaves the tasks running; Mesos keeps them for the failover timeout. */
export interface Marathon extends AsyncDisposable {
  readonly url: URL;
}

const oneWeekSeconds = 604_800;

/** Resolves when the API answers; the subscription to Mesos is made, and kept up, in the background. */
export async function startMarathon(options: MarathonOptions): Promise<Marathon> {
  const { host = '127.0.0.1', port = 0, frameworkName = 'marathon' } = options;
  const mesosCredentials = options.mesosCredentials ?? credentialsIn(options.mesosUrl);
  const mesosUrl = withoutCredentials(options.mesosUrl);
  const onLog = options.onLog ?? (() => {});
  const common = {
    connection:
      options.connection ??
      httpConnection({
        masterUrl: mesosUrl,
        ...(mesosCredentials === undefined ? {} : { credentials: mesosCredentials }),
      }),
    stateDir: options.stateDir,
    clock: options.clock ?? systemClock,
    secrets: options.secretsDir === undefined ? {} : readSecrets(options.secretsDir),
    onLog,
  };
  const identity = {
    name: frameworkName,
    user: options.frameworkUser ?? userInfo().username,
    hostname: hostname(),
    failover_timeout: options.failoverTimeoutSeconds ?? oneWeekSeconds,
    ...(mesosCredentials === undefined ? {} : { principal: mesosCredentials.user }),
  };
  const engine = new Engine({
    ...common,
    identity,
    prober: probe,
    readinessProber: probeReadiness,
    deploymentDeadline: {
      seconds: options.deploymentDeadlineSeconds,
      label: options.deploymentDeadlineLabel,
    },
  });
  const jobs = new Jobs({
    ...common,
    identity: { ...identity, name: `${frameworkName}-jobs` },
    random: randomInt,
  });
  await using started = new AsyncDisposableStack();
  started.defer(() => engine.stop());
  started.defer(() => jobs.stop());
  const server = await startApiServer({
    engine,
    jobs,
    host,
    port,
    foreign: { ...options.foreign, hosts: [hostname().toLowerCase(), ...(options.foreign?.hosts ?? [])] },
    credentials: options.credentials,
    readOnlyCredentials: options.readOnlyCredentials,
    identity: { frameworkName, masterUrl: mesosUrl },
    onError: (error) =>
      onLog({ level: 'error', text: error instanceof Error ? (error.stack ?? '') : String(error) }),
  });
  started.use(server);
  engine.start();
  jobs.start();
  const running = started.move();
  return { url: server.url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function credentialsIn({ username, password }: URL): Credentials | undefined {
  if (username === '') return undefined;
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Safe to be shown. */
function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}

/** A line end that an editor left at the end of the file is no part of the secret. */
function readSecrets(directory: string): Readonly<Record<string, string>> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((file) => join(file.parentPath, file.name));
  return Object.fromEntries(
    paths.map((path) => [relative(directory, path), readFileSync(path, 'utf8').replace(/\r?\n$/, '')]),
  );
}
