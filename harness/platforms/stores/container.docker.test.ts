import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { expect, test } from 'vitest';
import { usualStoreImages } from '../../model/index.ts';
import { createRunNetwork } from '../run-network.ts';
import { startPostgres, startStores } from './index.ts';
import { storeSpec } from './store-fixture.ts';

const docker = new Docker();
const usable = await docker
  .getImage(usualStoreImages.postgres)
  .inspect()
  .then(
    () => true,
    () => false,
  );
const labels = { 'stagegate.run': 'store-test' };

test.skipIf(!usable)(
  'PostgreSQL listens on loopback and in the network of the run, nowhere else (skipped when no Docker engine answers)',
  async () => {
    await using cleanUp = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'stagegate-store-'));
    cleanUp.defer(() => rmSync(folder, { recursive: true, force: true }));
    const network = cleanUp.use(await createRunNetwork('stagegate-store-test', labels));
    const ryuk = process.env.TESTCONTAINERS_RYUK_DISABLED;
    const postgres = cleanUp.use(
      await startPostgres({
        runtime: 'docker',
        folder,
        logFile: join(folder, 'postgres.log'),
        marker: {},
        labels,
        dockerNetwork: network.name,
        alias: 'db',
        signal: new AbortController().signal,
      }),
    );
    expect(process.env.TESTCONTAINERS_RYUK_DISABLED).toBe(ryuk);
    const filters = { label: ['stagegate.run=store-test'] };
    const [container] = await docker.listContainers({ filters });
    expect(Object.keys(container?.NetworkSettings.Networks ?? {})).toEqual([network.name]);
    expect(new Set(container?.Ports.map(({ IP }) => IP))).toEqual(new Set(['127.0.0.1']));
    expect(new URL(await postgres.createDatabase('one')).host).toBe('db:5432');
  },
  120_000,
);

test.skipIf(!usable)(
  'a start that is called off ends at once, and its container goes (skipped when no Docker engine answers)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stagegate-store-'));
    const calledOff = new AbortController();
    const own = { 'stagegate.run': 'store-called-off' };
    const filters = { label: ['stagegate.run=store-called-off'] };
    const starting = startPostgres({
      runtime: 'docker',
      folder,
      logFile: join(folder, 'postgres.log'),
      marker: {},
      labels: own,
      signal: calledOff.signal,
    });
    const rejected = expect(starting).rejects.toThrow('enough');
    await expect.poll(() => docker.listContainers({ filters }), { timeout: 60_000 }).toHaveLength(1);
    calledOff.abort(new Error('enough'));
    await rejected;
    await expect
      .poll(() => docker.listContainers({ all: true, filters }), { timeout: 60_000 })
      .toHaveLength(0);
    rmSync(folder, { recursive: true, force: true });
  },
  120_000,
);

const plainImage = 'registry:2';
const hasPlainImage = await docker
  .getImage(plainImage)
  .inspect()
  .then(
    () => true,
    () => false,
  );

test.skipIf(!hasPlainImage)(
  'a store whose image the engine has is started from it, whatever mirror there is (skipped without the image)',
  async () => {
    await using cleanUp = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'stagegate-store-'));
    cleanUp.defer(() => rmSync(folder, { recursive: true, force: true }));
    const spec = storeSpec('image', { name: 'files', image: plainImage, port: 5000, wait: { http: '/v2/' } });
    const stores = cleanUp.use(
      await startStores([spec], {
        runtime: 'docker',
        folder,
        logs: folder,
        marker: {},
        labels,
        imageMirror: 'mirror.invalid/hub',
        onPassword: () => {},
        signal: new AbortController().signal,
      }),
    );
    const access = await stores.access('files', { environment: 'dev', service: 'orders' });
    const response = await fetch(`http://${access?.local.host}:${access?.local.port}/v2/`);
    expect(response.status).toBe(200);
  },
  120_000,
);
