import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { expect, test } from 'vitest';
import { detectRuntime, startRegistry } from './builders/index.ts';
import { startMarathon } from './servers/marathon/index.ts';
import { startMesos } from './servers/mesos/index.ts';

const docker = new Docker();
const base = 'debian:bookworm-slim';
const labels = { 'stagegate.run': 'pulling-test' };
const { signal } = new AbortController();
const { runtime } = await detectRuntime('auto', { names: [base], imageMirror: null });

test.skipIf(runtime !== 'docker')(
  'agents pull with the credentials of their registry (skipped when no Docker engine answers)',
  async () => {
    await using cleanUp = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'stagegate-pulling-'));
    cleanUp.defer(() => rmSync(folder, { recursive: true, force: true }));
    const registry = cleanUp.use(
      await startRegistry({ folder: join(folder, 'registry'), labels, imageMirror: null, signal }),
    );
    const repo = `${registry.host}/${registry.namespace}/sleeper`;
    await docker.getImage(base).tag({ repo, tag: '1' });
    const authconfig = { ...registry.credentials, serveraddress: registry.host };
    await finished(await docker.getImage(`${repo}:1`).push({ authconfig }));
    await docker.getImage(`${repo}:1`).remove({ noprune: true });
    const auth = btoa(`${registry.credentials.username}:${registry.credentials.password}`);
    const mesos = cleanUp.use(
      await startMesos({
        agents: [{ resources: 'cpus:1;mem:256;disk:1000' }],
        runtime: 'docker',
        workDir: join(folder, 'mesos'),
        taskEnvironment: { STAGEGATE_RUN: 'pulling-test' },
        dockerConfig: () => ({ auths: { [registry.host]: { auth } } }),
      }),
    );
    const marathon = cleanUp.use(
      await startMarathon({ mesosUrl: mesos.url, stateDir: join(folder, 'marathon') }),
    );
    const app = {
      id: '/sleeper',
      cmd: 'sleep 600',
      cpus: 0.1,
      mem: 32,
      portDefinitions: [],
      container: { type: 'DOCKER', docker: { image: `${repo}:1` } },
    };
    await fetch(new URL('/v2/apps', marathon.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(app),
    });
    await expect
      .poll(
        async () => {
          const answer = await fetch(new URL('/v2/apps/sleeper', marathon.url));
          const { app: now } = JSON.parse(await answer.text());
          return now.lastTaskFailure?.message ?? now.tasksRunning;
        },
        { timeout: 20_000 },
      )
      .toBe(1);
  },
  120_000,
);

function finished(stream: NodeJS.ReadableStream): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
  return promise;
}
