import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildService, detectRuntime, type Registry, type Source, startRegistry } from './index.ts';

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
    registry = await startRegistry({ runId, labels: { 'stagegate.run': runId }, signal });
  });

  afterAll(async () => {
    await registry?.[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
    const filters = { label: [`stagegate.run=${runId}`] };
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
    const names = (await docker.listImages()).flatMap(({ RepoTags, RepoDigests }) => [RepoTags, RepoDigests]);
    expect(names.flat().filter((name) => name?.includes(runId))).toEqual([]);
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
      expect(artifact.location).toBe(`${registry.host}/${runId}/hello@${artifact.digest}`);
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
