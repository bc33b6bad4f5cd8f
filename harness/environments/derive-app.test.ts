import { describe, expect, test } from 'vitest';
import type { AppDefinition } from '../config/index.ts';
import type { Artifact, Digest } from '../model/index.ts';
import { deriveApp, type Subject } from './index.ts';

const digest: Digest = `sha256:${'a'.repeat(64)}`;

const definition: AppDefinition = {
  id: 'orders',
  instances: 2,
  container: {
    type: 'DOCKER',
    docker: { image: 'orders' },
    portMappings: [{ name: 'http', containerPort: 8080, hostPort: 0, protocol: 'tcp' }],
  },
  networks: [{ mode: 'container/bridge' }],
  env: { PORT: '8080', LOG_LEVEL: 'info', INVENTORY_URL: 'http://written-by-hand' },
  healthChecks: [{ protocol: 'MESOS_HTTP', path: '/health/live', portIndex: 0 }],
  dependencies: ['../inventory'],
  labels: { team: 'checkout' },
};

function subject(runtime: Artifact['runtime']): Subject {
  return {
    definition,
    start: 'exec node server.mjs',
    imageStart: null,
    artifact: {
      service: 'orders',
      version: '1.4.0+g3f2a91c',
      digest,
      runtime,
      location: runtime === 'docker' ? `127.0.0.1:5000/orders@${digest}` : '/bundles/orders.tar.gz',
      bytes: 1,
      commit: null,
      builtAt: '2026-11-22T12:00:00.000Z',
    },
    group: '/staging/shop',
    environment: 'staging',
    env: { INVENTORY_URL: 'http://127.0.0.1:4000' },
    node: '/opt/node/bin/node',
  };
}

describe.each(['process', 'docker'] as const)('under the %s runtime', (runtime) => {
  const app = deriveApp(subject(runtime));

  test('an app is named and labelled by its environment, role and digest', () => {
    expect(app).toMatchObject({
      id: '/staging/shop/orders',
      role: 'staging',
      labels: {
        team: 'checkout',
        STAGEGATE_SERVICE: 'orders',
        STAGEGATE_ENVIRONMENT: 'staging',
        STAGEGATE_VERSION: '1.4.0+g3f2a91c',
        STAGEGATE_DIGEST: digest,
      },
    });
  });

  test('what its authors wrote stays, but for the addresses it is given', () => {
    expect(app).toMatchObject({
      instances: 2,
      healthChecks: definition.healthChecks,
      dependencies: ['../inventory'],
      env: { LOG_LEVEL: 'info', INVENTORY_URL: 'http://127.0.0.1:4000' },
    });
  });
});

test('a process gets its bundle, and the port that Marathon picks', () => {
  const app = deriveApp(subject('process'));
  expect(app).toMatchObject({
    cmd: 'exec node server.mjs',
    fetch: [{ uri: '/bundles/orders.tar.gz', extract: true }],
    networks: [{ mode: 'host' }],
    portDefinitions: [{ port: 0, name: 'http', protocol: 'tcp' }],
  });
  expect(app.container).toBeUndefined();
  expect(app.env).toMatchObject({
    LISTEN_ADDRESS: '127.0.0.1',
    PATH: expect.stringMatching(/^\/opt\/node\/bin:/),
  });
  expect(app.env).not.toHaveProperty('PORT');
});

test('a container runs the image by digest and listens where its definition says', () => {
  const app = deriveApp(subject('docker'));
  expect(app.container?.docker?.image).toBe(`127.0.0.1:5000/orders@${digest}`);
  expect(app.container?.portMappings).toEqual(definition.container?.portMappings);
  expect(app.env).toMatchObject({ PORT: '8080' });
  expect(app.cmd).toBeUndefined();
});
