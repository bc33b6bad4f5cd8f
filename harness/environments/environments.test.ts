import { expect, test } from 'vitest';
import type { AppDefinition, ServiceConfig } from '../config/index.ts';
import type { Artifact } from '../model/index.ts';
import { VirtualClock } from '../plumbing/clock.ts';
import { Environments, type MarathonApi } from './index.ts';

const orders: ServiceConfig = {
  name: 'orders',
  path: '/project/services/orders',
  database: 'DATABASE_URL',
  neighbours: { INVENTORY_URL: 'inventory' },
  externals: { CARD_URL: 'card-processor' },
  definition: { id: 'orders' },
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
    const tasks = [{ id: 't', version, state: 'TASK_RUNNING', healthy: true }];
    return last === undefined ? null : { labels: last.labels ?? {}, version, tasks };
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

  async events() {
    return (async function* () {
      yield { eventType: 'deployment_success', id: 'd' };
    })();
  }
}

function open(): { environments: Environments; marathon: WillingMarathon; databases: string[] } {
  const marathon = new WillingMarathon();
  const databases: string[] = [];
  const environments = new Environments({
    system: 'shop',
    tools: { marathon, clock: new VirtualClock(), lastOutput: async () => '' },
    reserve: async (appId) => `http://edge${appId}`,
    createDatabase: async (name) => {
      databases.push(name);
      return `postgres://store/${name}`;
    },
    externals: { 'card-processor': 'http://card' },
    labels: { STAGEGATE_RUN: 'run-1' },
  });
  return { environments, marathon, databases };
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
    INVENTORY_URL: 'http://edge/staging/shop/inventory',
    CARD_URL: 'http://card',
  });
});

test('a new version finds the data of the one before', async () => {
  const { environments, databases } = open();
  for (const digit of ['1', '2']) {
    await environments.deploy(
      { service: orders, environment: 'dev', artifact: artifact(digit), onProgress: () => {} },
      never,
    );
  }
  expect(databases).toEqual(['dev-orders']);
});
