import { randomBytes } from 'node:crypto';
import { get } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { hash } from 'bcryptjs';
import Docker from 'dockerode';
import pLimit, { type LimitFunction } from 'p-limit';
import { generate } from 'selfsigned';
import { pack } from 'tar-stream';
import { StagegateError } from '../model/index.ts';

/** A registry of one run. Disposing removes its container, what it keeps, and the engine's names for its images. */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:<port>`; the engine accepts its certificate because it is on loopback. */
  readonly host: string;
  /** The first part of every image name in it: the run's id. */
  readonly namespace: string;
  readonly credentials: { readonly username: string; readonly password: string };
  /** Pushes go one after the other: the second one finds the base image's layers there, and only names them. */
  readonly oneAtATime: LimitFunction;
}

export interface RegistryOptions {
  readonly runId: string;
  /** Marks the container for the reaper. */
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const image = 'registry:2';
const port = '5000/tcp';
const loopback = '127.0.0.1';
const username = 'stagegate';
const answerWithinMs = 30_000;
const askAgainMs = 50;

/** Starts the official registry with TLS and a password. @throws `SG_ENGINE_FAILED` */
export async function startRegistry({ runId, labels, signal }: RegistryOptions): Promise<Registry> {
  signal.throwIfAborted();
  const docker = new Docker();
  const password = randomBytes(18).toString('base64url');
  await using started = new AsyncDisposableStack();
  try {
    const container = await docker.createContainer({
      Image: image,
      Labels: { ...labels },
      ExposedPorts: { [port]: {} },
      Env: [
        'REGISTRY_HTTP_TLS_CERTIFICATE=/etc/stagegate/cert.pem',
        'REGISTRY_HTTP_TLS_KEY=/etc/stagegate/key.pem',
        'REGISTRY_AUTH=htpasswd',
        'REGISTRY_AUTH_HTPASSWD_REALM=stagegate',
        'REGISTRY_AUTH_HTPASSWD_PATH=/etc/stagegate/htpasswd',
      ],
      HostConfig: { PortBindings: { [port]: [{ HostIp: loopback, HostPort: '' }] } },
    });
    started.defer(() => container.remove({ force: true, v: true }).catch(unlessGone));
    await container.putArchive(await secrets(password), { path: '/etc' });
    await container.start();
    const { NetworkSettings } = await container.inspect();
    const host = `${loopback}:${NetworkSettings.Ports[port]?.[0]?.HostPort}`;
    await answers(host, signal);
    started.defer(() => forgetImages(docker, `${host}/${runId}/*`));
    const running = started.move();
    return {
      host,
      namespace: runId,
      credentials: { username, password },
      oneAtATime: pLimit(1),
      [Symbol.asyncDispose]: () => running.disposeAsync(),
    };
  } catch (error) {
    signal.throwIfAborted();
    const said = error instanceof Error ? error.message : String(error);
    throw new StagegateError('SG_ENGINE_FAILED', `The registry (${image}) did not start: ${said}`, {
      cause: error,
    });
  }
}

/** As a tar for the engine: they reach the container without touching this machine's disk. */
async function secrets(password: string): Promise<Buffer> {
  const [certificate, passwordHash] = await Promise.all([
    generate([{ name: 'commonName', value: 'stagegate registry' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: loopback }] }],
    }),
    hash(password, 5),
  ]);
  const archive = pack();
  const packed = buffer(archive);
  archive.entry({ name: 'stagegate/cert.pem' }, certificate.cert);
  archive.entry({ name: 'stagegate/key.pem', mode: 0o600 }, certificate.private);
  archive.entry({ name: 'stagegate/htpasswd', mode: 0o600 }, `${username}:${passwordHash}\n`);
  archive.finalize();
  return packed;
}

/** Resolves once the registry asks for its password. */
async function answers(host: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + answerWithinMs;
  for (;;) {
    const status = await statusOf(host);
    if (status === 401) return;
    if (performance.now() > deadline) throw new Error(`it did not answer on ${host} in ${answerWithinMs} ms`);
    await pause(askAgainMs, undefined, { signal });
  }
}

function statusOf(host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const options = { rejectUnauthorized: false, timeout: 1_000, agent: false };
    const request = get(`https://${host}/v2/`, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

/** The engine keeps the layers under the names that builds gave them; only the names of this registry go. */
async function forgetImages(docker: Docker, reference: string): Promise<void> {
  const images = await docker.listImages({ filters: { reference: [reference] } });
  const names = images.flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])]);
  const own = names.filter((name) => name.startsWith(reference.slice(0, -1)));
  await Promise.all(own.map((name) => docker.getImage(name).remove({ noprune: true }).catch(unlessGone)));
}

function unlessGone(error: { readonly statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}
