import { expect, test } from 'vitest';
import type { AppDefinition, ServiceConfig } from '../config/index.ts';
import type { Artifact } from '../model/index.ts';
import { VirtualClock } from '../plumbing/clock.ts';
import { Environments, type MarathonApi } from './index.ts';

const orders: ServiceConfig = {
  name: 'orders',
  kind: 'service',
  recipe: { bundle: { kind: 'files' }, image: { kind: 'bundle', base: 'node' } },
  start: 'exec node server.mjs',
  imageStart: null,
  ready: null,
  env: { DATABASE_URL: '{postgres.url}', LOG_LEVEL: 'info', STOCK: '{inventory.host}:{inventory.port}' },
  secrets: { TOKEN: { env: 'SHOP_TOKEN' } },
  path: '/project/services/orders',
  database: 'DATABASE_URL',
  neighbours: { INVENTORY_URL: 'inventory' },
  externals: { CARD_URL: 'card-processor' },
  suites: {},
  exempt: {},
  provider: null,
  pactName: 'orders',
  definition: { id: 'orders', healthChecks: [{ protocol: 'MESOS_TCP' }] },
};

function artifact(digit: string): Artifact {
  return {
    service: 'orders',
    version: `1.0.${digit}`,
    digest: `sha256:${digit.repeat(64)}`,
    runtime: 'process',
    location: '/bundles/orders.tar.gz',
    bytes: 1,
    commit: null,
    builtAt: '2026-11-22T12:00:00.000Z',
  };
}

/** A Marathon in which everything succeeds at once; remembers what it was given. */
class WillingMarathon implements MarathonApi {
  readonly given: AppDefinition[] = [];

  async app() {
    const last = this.given.at(-1);
    const version = `v${this.given.length}`;
    const tasks = Array.from({ length: last?.instances ?? 1 }, (_, index) => ({
      id: `t${index}`,
      version,
      state: 'TASK_RUNNING',
      healthy: true,
    }));
    return last === undefined
      ? null
      : { labels: last.labels ?? {}, version, instances: 1, tasks, deployments: [] };
  }

  async putApp(app: AppDefinition) {
    this.given.push(app);
    return { deploymentId: 'd', version: `v${this.given.length}` };
  }

  restoreApp() {
    return this.deleteApp();
  }

  async deleteApp() {
    return { deploymentId: 'd', version: '' };
  }

  async deployments() {
    return [];
  }

  async events() {
    return (async function* () {
      yield { eventType: 'deployment_success', id: 'd' };
    })();
  }
}

function open(): { environments: Environments; marathon: WillingMarathon } {
  const marathon = new WillingMarathon();
  const plain = { platform: 'embedded', weight: 1, quota: null, secrets: {}, externals: {} };
  const environments = new Environments({
    system: 'shop',
    tools: {
      marathon,
      clock: new VirtualClock(),
      lastOutput: async () => '',
      inspect: async () => ({ waiting: null, agents: [], tasks: [] }),
    },
    reserve: async (appId) => `http://edge:4000${appId}`,
    root: '/project',
    env: { SHOP_TOKEN: 'hush-hush' },
    environments: [
      { ...plain, name: 'dev', env: {}, overrides: {} },
      {
        ...plain,
        name: 'staging',
        env: { LOG_LEVEL: 'warn', PLACE: 'in {environment}' },
        overrides: { orders: { env: { PLACE: 'here' }, secrets: {}, definition: { instances: 3 } } },
      },
    ],
    onSecret: () => {},
    store: async (name, { environment, service }) => {
      if (name !== 'postgres') return null;
      const url = `postgres://store/${environment}-${service}`;
      return { url, host: 'store', port: '5432', user: '', password: '', database: '', prefix: '' };
    },
    externals: () => ({ 'card-processor': 'http://card' }),
    labels: { STAGEGATE_RUN: 'run-1' },
  });
  return { environments, marathon };
}

const never = new AbortController().signal;

test('a service gets the addresses of its own environment', async () => {
  const { environments, marathon } = open();
  for (const environment of ['dev', 'staging']) {
    await environments.deploy(
      { service: orders, environment, artifact: artifact('1'), onProgress: () => {} },
      never,
    );
  }
  expect(marathon.given.map(({ id }) => id)).toEqual(['/dev/shop/orders', '/staging/shop/orders']);
  expect(marathon.given[1]?.env).toMatchObject({
    DATABASE_URL: 'postgres://store/staging-orders',
    INVENTORY_URL: 'http://edge:4000/staging/shop/inventory',
    STOCK: 'edge:4000',
    CARD_URL: 'http://card',
  });
});

test('an app lists the apps of its own environment that it may call', async () => {
  const { environments, marathon } = open();
  for (const environment of ['dev', 'staging']) {
    await environments.deploy(
      { service: orders, environment, artifact: artifact('1'), onProgress: () => {} },
      never,
    );
  }
  expect(marathon.given.map(({ labels }) => labels?.STAGEGATE_CALLS)).toEqual([
    '/dev/shop/inventory',
    '/staging/shop/inventory',
  ]);
});

test('an environment has settings of its own, and a service has its own there', async () => {
  const { environments, marathon } = open();
  for (const environment of ['dev', 'staging']) {
    await environments.deploy(
      { service: orders, environment, artifact: artifact('1'), onProgress: () => {} },
      never,
    );
  }
  expect(marathon.given.map(({ env }) => [env?.LOG_LEVEL, env?.PLACE, env?.TOKEN])).toEqual([
    ['info', undefined, 'hush-hush'],
    ['warn', 'here', 'hush-hush'],
  ]);
  expect(marathon.given.map(({ instances }) => instances)).toEqual([undefined, 3]);
});

test('a secret that cannot be read is named, and nothing is deployed', async () => {
  const { environments, marathon } = open();
  const service = { ...orders, secrets: { TOKEN: { env: 'NOWHERE' } } };
  const deploying = environments.deploy(
    { service, environment: 'dev', artifact: artifact('1'), onProgress: () => {} },
    never,
  );
  await expect(deploying).rejects.toMatchObject({
    code: 'SG_SECRET_MISSING',
    message: 'orders: secret TOKEN: the environment variable NOWHERE is not set',
  });
  expect(marathon.given).toEqual([]);
});
