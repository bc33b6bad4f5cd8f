import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identityOf } from '../plumbing/process-identity.ts';
import { claimRun, sweepDeadRuns } from './index.ts';
import { ownerText } from './owner.ts';

const docker = new Docker();
const image = 'node:24-bookworm-slim';
const usable = await docker
  .getImage(image)
  .inspect()
  .then(
    () => true,
    () => false,
  );
const runId = 'reaper-test';
const labels = { 'stagegate.run': runId };

describe.skipIf(!usable)('in the engine (skipped when no Docker engine answers)', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'stagegate-reaper-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test('a dead run leaves no container, network, volume or image name behind; others keep theirs', async () => {
    const folder = join(root, '.stagegate', 'runs', runId);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'owner.json'), JSON.stringify({ ...identityOf(), startedAt: '1' }));
    await docker.createVolume({ Name: `${runId}-volume`, Labels: labels });
    const network = await docker.createNetwork({ Name: `${runId}-network`, Labels: labels });
    const container = await docker.createContainer({
      Image: image,
      Cmd: ['sleep', '600'],
      Labels: labels,
      ExposedPorts: { '5000/tcp': {} },
      HostConfig: {
        NetworkMode: `${runId}-network`,
        Binds: [`${runId}-volume:/data`],
        PortBindings: { '5000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      },
    });
    await container.start();
    const port = (await container.inspect()).NetworkSettings.Ports['5000/tcp']?.[0]?.HostPort;
    const name = `127.0.0.1:${port}/project/thing`;
    await docker.getImage(image).tag({ repo: name, tag: '1' });
    const other = await docker.createContainer({ Image: image, Labels: { 'stagegate.run': 'another' } });
    try {
      expect(await sweepDeadRuns(root)).toEqual([{ runId, processes: 0, containers: 1, networks: 1 }]);
      const gone = { statusCode: 404 };
      await expect(container.inspect()).rejects.toMatchObject(gone);
      await expect(network.inspect()).rejects.toMatchObject(gone);
      await expect(docker.getVolume(`${runId}-volume`).inspect()).rejects.toMatchObject(gone);
      await expect(docker.getImage(`${name}:1`).inspect()).rejects.toMatchObject(gone);
      expect((await other.inspect()).Id).toBe(other.id);
    } finally {
      await other.remove();
    }
  });

  test('what a dead run has in the engine is removed by its label, when nothing else of the run is left', async () => {
    const dead = ownerText({ ...identityOf(), startedAt: '1' });
    const ofDead = { 'stagegate.run': 'forgotten', 'stagegate.owner': dead };
    const ofLiving = { 'stagegate.run': 'living', 'stagegate.owner': ownerText(identityOf()) };
    const container = await docker.createContainer({ Image: image, Cmd: ['true'], Labels: ofDead });
    const network = await docker.createNetwork({ Name: 'forgotten-network', Labels: ofDead });
    const other = await docker.createContainer({ Image: image, Cmd: ['true'], Labels: ofLiving });
    try {
      await using claim = await claimRun(root, { usesEngine: true });
      expect(claim.swept).toContainEqual({ runId: 'forgotten', processes: 0, containers: 1, networks: 1 });
      await expect(container.inspect()).rejects.toMatchObject({ statusCode: 404 });
      await expect(network.inspect()).rejects.toMatchObject({ statusCode: 404 });
      expect((await other.inspect()).Id).toBe(other.id);
    } finally {
      delete process.env.STAGEGATE_RUN;
      await other.remove();
    }
  });
});

test('a dead run with containers keeps its folder while no engine answers, one without does not', async () => {
  const root = mkdtempSync(join(tmpdir(), 'stagegate-reaper-'));
  const host = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = `unix://${join(root, 'nowhere.sock')}`;
  try {
    for (const [name, usesEngine] of [
      ['with', true],
      ['without', false],
    ] as const) {
      const folder = join(root, '.stagegate', 'runs', name);
      await mkdir(folder, { recursive: true });
      const owner = { ...identityOf(), startedAt: '1', usesEngine };
      await writeFile(join(folder, 'owner.json'), JSON.stringify(owner));
    }
    expect((await sweepDeadRuns(root)).map((swept) => swept.runId)).toEqual(['without']);
    expect(await readdir(join(root, '.stagegate', 'runs'))).toEqual(['with']);
  } finally {
    if (host === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = host;
    rmSync(root, { recursive: true, force: true });
  }
});
