import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identityOf } from '../plumbing/process-identity.ts';
import { sweepDeadRuns } from './index.ts';

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
    const name = `127.0.0.1:1/${runId}/thing`;
    await docker.getImage(image).tag({ repo: name, tag: '1' });
    await docker.createVolume({ Name: `${runId}-volume`, Labels: labels });
    const network = await docker.createNetwork({ Name: `${runId}-network`, Labels: labels });
    const container = await docker.createContainer({
      Image: image,
      Cmd: ['sleep', '600'],
      Labels: labels,
      HostConfig: { NetworkMode: `${runId}-network`, Binds: [`${runId}-volume:/data`] },
    });
    await container.start();
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
});
