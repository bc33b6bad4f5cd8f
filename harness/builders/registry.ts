import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';
import pLimit, { type LimitFunction } from 'p-limit';
import { pack } from 'tar-stream';
import { type Digest, StagegateError } from '../model/index.ts';
import { unlessGone } from '../plumbing/engine-answers.ts';
import { forgetImages } from '../plumbing/forget-images.ts';
import { madeUpPassword } from '../plumbing/made-up-password.ts';
import { openEngine } from '../plumbing/open-engine.ts';
import { ensureImage } from '../plumbing/pull-image.ts';
import { messageOf } from '../plumbing/thrown.ts';

/**
 * A project's registry, running for one run. What is pushed stays in the project's folder: the next run finds it there,
 * and pushes only what is new. Disposing removes the container and the engine's names for its images.
 */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:<port>`; the engine accepts its certificate because it is on loopback. */
  readonly host: string;
  /** The first part of every image name in it; the same in every run of the project. */
  readonly namespace: string;
  readonly credentials: { readonly username: string; readonly password: string };
  /** Pushes go one after the other: the second one finds the base image's layers there, and only names them. */
  readonly oneAtATime: LimitFunction;
  /** Rejects with `SG_REGISTRY_FAILED` when the registry ends before it is disposed; never resolves. */
  readonly lost: Promise<never>;
  /** Rejects as `lost` does if the registry is gone. To be asked when a push fails: the engine may say so before `lost` does. */
  failIfGone(): Promise<void>;
}

export interface RegistryOptions {
  /** Absolute; see {@link registryFolder}. */
  readonly folder: string;
  /** Marks the container for the reaper. */
  readonly labels: Readonly<Record<string, string>>;
  readonly imageMirror: string | null;
  readonly signal: AbortSignal;
}

/** Where a project's images are kept between runs. */
export function registryFolder(root: string): string {
  return join(root, '.stagegate', 'registry');
}

/** Whether the image of a digest is still there, so that it need not be built again. */
export function keepsImage(folder: string, digest: Digest): boolean {
  const hex = digest.replace('sha256:', '');
  return existsSync(join(folder, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data'));
}

/** The name of an image in the registry as it runs now; it may have been pushed when that had another port. */
export function locationIn({ host }: Pick<Registry, 'host'>, location: string): string {
  return `${host}${location.slice(location.indexOf('/'))}`;
}

/** What runs it. */
export const registryImage = 'registry:2';
const port = '5000/tcp';
const loopback = '127.0.0.1';
const username = 'stagegate';
const answerWithinMs = 30_000;
const askAgainMs = 50;
const goneWithinMs = 5_000;

/** Starts the official registry with TLS and a password. @throws `SG_ENGINE_FAILED`, `SG_REGISTRY_FAILED` */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { folder, imageMirror, signal } = options;
  signal.throwIfAborted();
  const docker = await openEngine();
  const password = madeUpPassword();
  const namespace = `stagegate-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
  await using started = new AsyncDisposableStack();
  try {
    await mkdir(folder, { recursive: true });
    const name = await ensureImage(docker, registryImage, { imageMirror, signal });
    const container = await startOnUsualPort(docker, { ...options, name, password }, started);
    let isDisposed = false;
    const lost = container.wait().then(
      async ({ StatusCode }: { readonly StatusCode: number }): Promise<never> => {
        if (isDisposed) return new Promise<never>(() => {});
        throw ended(`ended with status ${StatusCode}`, await lastOutput(container));
      },
      (error: Error): Promise<never> => {
        if (isDisposed) return new Promise<never>(() => {});
        throw ended(`was lost: ${error.message}`, '');
      },
    );
    // Without this, a registry that is lost while nothing waits for `lost` would end the process.
    lost.catch(() => {});
    started.defer(() => {
      isDisposed = true;
    });
    const { NetworkSettings } = await container.inspect();
    const host = `${loopback}:${NetworkSettings.Ports[port]?.[0]?.HostPort}`;
    await Promise.race([answers(host, signal), lost]);
    // A run that was killed on this port has left its names.
    await forgetImages(docker, `${host}/${namespace}/*`);
    started.defer(() => forgetImages(docker, `${host}/${namespace}/*`).catch(unlessGone));
    const running = started.move();
    return {
      host,
      namespace,
      credentials: { username, password },
      oneAtATime: pLimit(1),
      lost,
      async failIfGone() {
        if (await isGone(container, host)) await lost;
      },
      [Symbol.asyncDispose]: () => running.disposeAsync(),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StagegateError) throw error;
    const said = messageOf(error);
    throw new StagegateError('SG_ENGINE_FAILED', `The registry (${registryImage}) did not start: ${said}`, {
      cause: error,
    });
  }
}

/**
 * On the port that the project had before, where that is free: the engine remembers by address what a registry holds, and
 * skips the layers that it has there.
 */
async function startOnUsualPort(
  docker: Docker,
  options: RegistryOptions & { readonly name: string; readonly password: string },
  started: AsyncDisposableStack,
): Promise<Docker.Container> {
  const usual = String(
    25_000 + (createHash('sha256').update(options.folder).digest().readUInt16BE(0) % 5_000),
  );
  try {
    return await startOn(docker, usual, options, started);
  } catch (error) {
    if (!/port is already allocated|address already in use/i.test(String(error))) throw error;
    return startOn(docker, '', options, started);
  }
}

async function startOn(
  docker: Docker,
  hostPort: string,
  { name, folder, labels, password }: RegistryOptions & { readonly name: string; readonly password: string },
  started: AsyncDisposableStack,
): Promise<Docker.Container> {
  const user = { id: process.getuid?.() ?? 0, group: process.getgid?.() ?? 0 };
  const container = await docker.createContainer({
    Image: name,
    Labels: { ...labels },
    // What it writes must belong to whoever has to remove it.
    User: `${user.id}:${user.group}`,
    ExposedPorts: { [port]: {} },
    Env: [
      'REGISTRY_HTTP_TLS_CERTIFICATE=/etc/stagegate/cert.pem',
      'REGISTRY_HTTP_TLS_KEY=/etc/stagegate/key.pem',
      'REGISTRY_AUTH=htpasswd',
      'REGISTRY_AUTH_HTPASSWD_REALM=stagegate',
      'REGISTRY_AUTH_HTPASSWD_PATH=/etc/stagegate/htpasswd',
      'REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/var/lib/registry',
    ],
    HostConfig: {
      PortBindings: { [port]: [{ HostIp: loopback, HostPort: hostPort }] },
      Binds: [`${folder}:/var/lib/registry`],
    },
  });
  started.defer(() => container.remove({ force: true, v: true }).catch(unlessGone));
  await container.putArchive(await secrets(password, user), { path: '/etc' });
  await container.start();
  return container;
}

function ended(how: string, output: string): StagegateError {
  const said = output === '' ? '' : `; it said last: ${output}`;
  return new StagegateError('SG_REGISTRY_FAILED', `The run's registry (${registryImage}) ${how}${said}`);
}

async function lastOutput(container: Docker.Container): Promise<string> {
  const output = await container.logs({ stdout: true, stderr: true, tail: 3 }).catch(() => '');
  return String(output)
    .replaceAll(/[^\x20-\x7e\n]/g, '')
    .trim();
}

/** Whether its container has ended. One that has just been killed does not answer while the engine still calls it running. */
async function isGone(container: Docker.Container, host: string): Promise<boolean> {
  const deadline = performance.now() + goneWithinMs;
  for (;;) {
    const running = await container.inspect().then(
      ({ State }) => State.Running,
      () => false,
    );
    if (!running) return true;
    if ((await statusOf(host)) !== undefined || performance.now() > deadline) return false;
    await pause(askAgainMs);
  }
}

/** As a tar for the engine: they reach the container without touching this machine's disk. */
async function secrets(
  password: string,
  user: { readonly id: number; readonly group: number },
): Promise<Buffer> {
  const [{ hash }, { generate }] = await Promise.all([import('bcryptjs'), import('selfsigned')]);
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
  const owner = { uid: user.id, gid: user.group };
  archive.entry({ name: 'stagegate/cert.pem', ...owner }, certificate.cert);
  archive.entry({ name: 'stagegate/key.pem', mode: 0o600, ...owner }, certificate.private);
  archive.entry({ name: 'stagegate/htpasswd', mode: 0o600, ...owner }, `${username}:${passwordHash}\n`);
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
