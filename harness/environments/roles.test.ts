import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MesosAccess } from '../platforms/index.ts';
import { applyRoles } from './index.ts';

let server: Server;
let mesos: MesosAccess;
let calls: unknown[];
let answer: { status: number; body: string };

beforeEach(async () => {
  calls = [];
  answer = { status: 200, body: '' };
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      calls.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(answer.status).end(answer.body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  mesos = { mesosUrl: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), auth: null };
});

afterEach(() => server.close());

test('weights and guarantees that are configured reach Mesos, and nothing else does', async () => {
  await applyRoles(mesos, [
    { name: 'dev', weight: 1, quota: null },
    { name: 'production', weight: 3, quota: { cpus: 2, memMiB: 512 } },
  ]);
  expect(calls).toEqual([
    { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos: [{ role: 'production', weight: 3 }] } },
    {
      type: 'UPDATE_QUOTA',
      update_quota: {
        quota_configs: [{ role: 'production', guarantees: { cpus: { value: 2 }, mem: { value: 512 } } }],
      },
    },
  ]);
});

test('environments as Mesos has them anyway ask it for nothing', async () => {
  await applyRoles(mesos, [{ name: 'dev', weight: 1, quota: null }]);
  expect(calls).toEqual([]);
});

test('a guarantee that Mesos cannot give is told in its words', async () => {
  answer = { status: 409, body: 'Not enough available cluster capacity' };
  await expect(applyRoles(mesos, [{ name: 'dev', weight: 1, quota: { cpus: 999 } }])).rejects.toMatchObject({
    code: 'SG_CLUSTER_NOT_READY',
    message: 'Mesos refused the quotas of the environments: Not enough available cluster capacity',
  });
});
