import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildService,
  detectRuntime,
  keepsImage,
  type Registry,
  registryFolder,
  type Source,
  startRegistry,
} from './index.ts';

const { signal } = new AbortController();
/** The base image's layers have to be compressed first. */
const pushTimeoutMs = 120_000;
const runId = 'images-test';
const docker = new Docker();
const { runtime } = await detectRuntime('auto');

describe.skipIf(runtime !== 'docker')('images (skipped when no Docker engine answers)', () => {
  let root: string;
  let registry: Registry;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'stagegate-images-'));
    registry = await start();
  });

  const start = () =>
    startRegistry({
      folder: registryFolder(root),
      labels: { 'stagegate.run': runId },
      imageMirror: null,
      signal,
    });

  afterAll(async () => {
    await registry?.[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
    const filters = { label: [`stagegate.run=${runId}`] };
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
    const names = (await docker.listImages()).flatMap(({ RepoTags, RepoDigests }) => [RepoTags, RepoDigests]);
    expect(names.flat().filter((name) => name?.includes(registry.namespace))).toEqual([]);
  });

  function service(name: string, dockerfile: string): void {
    const folder = join(root, name);
    mkdirSync(folder);
    const scripts = { build: 'mkdir -p dist && cp main.mjs dist/server.mjs' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '2.0.0', scripts }));
    writeFileSync(join(folder, 'main.mjs'), 'console.log("from the image")\n');
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
  }

  function source(name: string): Source {
    return {
      name,
      path: join(root, name),
      recipe: {
        bundle: { kind: 'node', run: 'node --run build', output: 'dist' },
        image: {
          kind: 'dockerfile',
          context: join(root, name),
          dockerfile: 'Dockerfile',
          target: null,
          args: {},
        },
      },
      start: 'exec node server.mjs',
      imageStart: null,
    };
  }

  const build = (name: string) => buildService(source(name), { root, runtime: 'docker', registry, signal });

  test(
    'an image runs under the digest that the registry gave it, and building again gives the same',
    async () => {
      service('hello', 'FROM node:24-bookworm-slim\nCOPY dist/server.mjs ./\nCMD ["node", "server.mjs"]\n');
      const { artifact, bundle } = await build('hello');
      expect(artifact.location).toBe(`${registry.host}/${registry.namespace}/hello@${artifact.digest}`);
      expect(bundle).toMatch(/\.tar\.gz$/);

      const container = await docker.createContainer({ Image: artifact.location, Tty: true });
      await container.start();
      expect(await container.wait()).toMatchObject({ StatusCode: 0 });
      expect(String(await container.logs({ stdout: true }))).toContain('from the image');
      await container.remove();

      expect((await build('hello')).artifact.digest).toBe(artifact.digest);
    },
    pushTimeoutMs,
  );

  test('the registry asks for its password', async () => {
    const { host } = registry;
    const { Agent, request } = await import('undici');
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const ask = (headers: Record<string, string>) => request(`https://${host}/v2/`, { dispatcher, headers });
    expect((await ask({})).statusCode).toBe(401);
    const { username, password } = registry.credentials;
    const pair = Buffer.from(`${username}:${password}`).toString('base64');
    expect((await ask({ authorization: `Basic ${pair}` })).statusCode).toBe(200);
    await dispatcher.close();
  });

  test(
    'the next registry of the project has what was pushed, on the same port, and gets no layer twice',
    async () => {
      const { artifact } = await build('hello');
      expect(keepsImage(registryFolder(root), artifact.digest)).toBe(true);
      const { host } = registry;
      await registry[Symbol.asyncDispose]();
      await expect(docker.getImage(artifact.location).inspect()).rejects.toMatchObject({ statusCode: 404 });

      registry = await start();
      expect(registry.host).toBe(host);
      const authconfig = { ...registry.credentials, serveraddress: host };
      await finished(await docker.pull(artifact.location, { authconfig }));
      const pushedBefore = await layersOf(root);
      expect((await build('hello')).artifact).toMatchObject({
        digest: artifact.digest,
        location: artifact.location,
      });
      expect(await layersOf(root)).toEqual(pushedBefore);
    },
    pushTimeoutMs,
  );

  test('a registry that is killed while an image is pushed ends the build at once', async () => {
    service('large', 'FROM node:24-bookworm-slim\nRUN head -c 30000000 /dev/urandom > /noise\n');
    const [container] = await docker.listContainers({ filters: { label: [`stagegate.run=${runId}`] } });
    const building = build('large');
    const failed = expect(building).rejects.toMatchObject({
      code: 'SG_REGISTRY_FAILED',
      message: expect.stringContaining('ended with status 137'),
    });
    await docker.getContainer(container?.Id ?? '').kill();
    await failed;
    await registry[Symbol.asyncDispose]();
    registry = await start();
  });

  test('a Dockerfile that fails shows what the step printed', async () => {
    service('broken', 'FROM node:24-bookworm-slim\nRUN echo the disk is on fire && exit 7\n');
    await expect(build('broken')).rejects.toMatchObject({
      code: 'SG_BUILD_FAILED',
      message: expect.stringMatching(
        /^broken: .*returned a non-zero code: 7.*\ndocker build .*the disk is on fire/s,
      ),
    });
  });
});

function finished(stream: NodeJS.ReadableStream): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
  return promise;
}

/** Blobs that the project's registry keeps, with the time each was written. */
async function layersOf(root: string): Promise<readonly string[]> {
  const blobs = join(registryFolder(root), 'docker/registry/v2/blobs');
  const files = await readdir(blobs, { recursive: true });
  const data = files.filter((file) => file.endsWith('/data')).toSorted();
  return Promise.all(data.map(async (file) => `${file} ${(await stat(join(blobs, file))).mtimeMs}`));
}
