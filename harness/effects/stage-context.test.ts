import { expect, test } from 'vitest';
import type { Artifact } from '../model/index.ts';
import { shop } from '../steps/fixture.ts';
import type { StageOrder } from '../steps/index.ts';
import { type StageResources, stageContext } from './stage-context.ts';

const orders: Artifact = {
  service: 'orders',
  version: '1.0.0',
  digest: `sha256:${'a'.repeat(64)}`,
  runtime: 'docker',
  location: '127.0.0.1:5000/orders@sha256:aaaa',
  bundle: '/bundles/orders.tar.gz',
  bytes: 1,
  commit: null,
  builtAt: '2026-11-22T12:00:00.000Z',
};

const order: StageOrder = {
  stage: 'acceptance',
  services: ['orders'],
  environment: 'test',
  artifacts: new Map([['orders', orders]]),
  onTest: () => {},
};

const around: StageResources = {
  runId: 'run-1',
  runtime: 'docker',
  scratch: '/project/.stagegate/runs/run-1',
  postgres: Object.assign({ adminUrl: 'postgres://admin', taskUrl: 'postgres://task' }, { stop: () => {} }),
  cluster: null,
  externals: {},
  settings: {},
  marker: { STAGEGATE_RUN: 'run-1' },
};

test('a stage is handed data alone, for it crosses into other processes', () => {
  const context = stageContext(shop, order, around);
  expect(structuredClone(context)).toEqual(context);
  expect(context.postgres).toEqual({ adminUrl: 'postgres://admin', taskUrl: 'postgres://task' });
});

test('a stage learns of every service that was built, where it stands and where pacts go', () => {
  expect(stageContext(shop, order, around)).toMatchObject({
    services: { orders: { bundle: '/bundles/orders.tar.gz', neighbours: { INVENTORY_URL: 'inventory' } } },
    environment: { name: 'test', group: '/test/shop' },
    pacts: { read: '/project/pacts', write: '/project/.stagegate/runs/run-1/pacts' },
  });
  expect(Object.keys(stageContext(shop, order, around).services)).toEqual(['orders']);
});
