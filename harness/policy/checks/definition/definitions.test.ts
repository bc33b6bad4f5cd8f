import { expect, test } from 'vitest';
import type { AppFacts, DefinitionFacts, FieldLimits, ServiceFacts } from './definition-facts.ts';
import { checkDefinitions } from './definitions.ts';

const app: AppFacts = {
  instances: 1,
  cpus: 0.1,
  memMiB: 128,
  minimumHealthCapacity: 1,
  maximumOverCapacity: 1,
  killGraceSeconds: 5,
  containerPorts: [{ name: 'http', port: 8080 }],
  healthChecks: [{ protocol: 'MESOS_HTTP', portIndex: 0, maxConsecutiveFailures: 3 }],
  readinessChecks: [{ portName: 'http' }],
  dependencies: [],
};
const read = { required: true, fallback: null, file: 'src/main.ts' };
const env = { DATABASE_URL: 'postgres://x.internal/orders', PORT: '8080' };
const orders: ServiceFacts = {
  name: 'orders',
  folder: 'services/orders',
  app,
  dockerfile: { exposes: [8080], user: 'node', copies: [{ source: 'dist/server.mjs', line: 3 }] },
  buildMakes: ['package.json', 'dist/server.mjs'],
  reads: [{ ...read, name: 'DATABASE_URL' }],
  environmentWide: [],
  limits: [],
  env: { staging: env, production: env },
};

function factsOf(change: Partial<ServiceFacts>): DefinitionFacts {
  return {
    services: [{ ...orders, ...change }],
    sent: [],
    environments: ['staging', 'production'],
    runtime: 'docker',
    largestAgent: { cpus: 2, memMiB: 1024 },
  };
}
const withApp = (change: Partial<AppFacts>) => ({ app: { ...app, ...change } });
const withEnv = (more: Record<string, string>, inProduction = more) => ({
  env: { staging: { ...env, ...more }, production: { ...env, ...inProduction } },
});
const docker = (change: object) => ({ dockerfile: { exposes: [], user: 'node', copies: [], ...change } });

test('definitions that can serve have no finding', () => {
  expect(checkDefinitions(factsOf({}))).toEqual([]);
});

test.each<[string, Partial<ServiceFacts>, string]>([
  ['instances', withApp({ instances: 0 }), 'it has 0 instances, so nothing would run'],
  ['health-checks', withApp({ healthChecks: [] }), 'no health check'],
  ['health-checks', withApp({ readinessChecks: [] }), 'no readiness check'],
  [
    'health-checks',
    withApp({ healthChecks: [{ protocol: 'MESOS_HTTP', portIndex: 0, maxConsecutiveFailures: 0 }] }),
    'allows 0 failures',
  ],
  ['dependencies', withApp({ dependencies: ['stock'] }), 'depends on "stock", which is no service'],
  ['resource-requests', withApp({ cpus: 64 }), 'asks for 64 CPUs; the largest agent has 2'],
  ['resource-requests', withApp({ memMiB: 4096 }), 'asks for 4096 MiB of memory; the largest agent has 1024'],
  ['resource-requests', withApp({ memMiB: 8 }), 'asks for 8 MiB of memory; its runtime needs 32'],
  ['resource-requests', withEnv({ NODE_OPTIONS: '--max-old-space-size=256' }), 'heap may grow to 256 MiB'],
  ['upgrade-strategy', withApp({ minimumHealthCapacity: 0 }), 'keeps 0 of 1 healthy'],
  ['ports', docker({ exposes: [3000] }), 'maps container port 8080; its image exposes 3000'],
  ['ports', withEnv({ PORT: '3000' }), 'PORT tells it to listen on 3000'],
  [
    'ports',
    withApp({ healthChecks: [{ protocol: 'MESOS_HTTP', portIndex: 1, maxConsecutiveFailures: 3 }] }),
    'asks port 1, counted from 0; the app has 1',
  ],
  ['ports', withApp({ readinessChecks: [{ portName: 'web' }] }), 'asks port "web"'],
  ['image-user', docker({ user: null }), 'no USER'],
  ['image-user', docker({ user: 'root:root' }), 'runs as root:root'],
  ['image-contents', docker({ copies: [{ source: 'build/app.js', line: 4 }] }), 'copies build/app.js'],
  [
    'settings',
    { reads: [...(orders.reads ?? []), { ...read, name: 'CARD_URL' }] },
    'needs CARD_URL (src/main.ts), which nothing sets in staging, production',
  ],
  ['settings', withEnv({ STOCK_LIMIT: '3' }), 'STOCK_LIMIT is set, but its code reads no such variable'],
  ['settings', withEnv({ TZ: 'UTC' }, {}), 'TZ is set in staging, but not in production'],
  [
    'settings',
    withEnv({ DATABASE_URL: 'postgres://db.staging.internal/orders' }),
    'DATABASE_URL in production points into staging',
  ],
])('%s: what %j brings is found, and nothing else', (check, change, reason) => {
  const findings = checkDefinitions(factsOf(change));
  expect(findings).toMatchObject([{ check, outcome: 'fail', service: 'orders' }]);
  expect(findings[0]?.reason).toContain(reason);
  expect(findings[0]?.key).toMatch(/^services\/orders\/(marathon\.json|Dockerfile)/);
});

test('what an environment gives to all of its services is no finding about one of them', () => {
  const environmentWide = ['REGION', 'LOG_LEVEL'];
  expect(
    checkDefinitions(factsOf({ environmentWide, ...withEnv({ LOG_LEVEL: 'debug', REGION: 'eu' }, {}) })),
  ).toEqual([]);
});

test.each<[string, string | null, Record<string, string>, Record<string, string>, boolean]>([
  ['has no value for, and production lacks', null, { LIMIT: '3' }, {}, true],
  ['has a value for, and production lacks', '5', { LIMIT: '3' }, {}, false],
  ['has no value for, and only production sets', null, {}, { LIMIT: '3' }, false],
])(
  'a setting that the code %s is a reason to reject only if it will be missed',
  (_, fallback, staging, production, rejects) => {
    const reads = [...(orders.reads ?? []), { ...read, required: false, fallback, name: 'LIMIT' }];
    const [found] = checkDefinitions(factsOf({ reads, ...withEnv(staging, production) }));
    expect(found).toMatchObject({ check: 'settings' });
    expect(found?.advice !== true).toBe(rejects);
  },
);

test.each([
  [{ instances: 2, minimumHealthCapacity: 0.5, maximumOverCapacity: 0 }, 'one of two stays'],
  [{ instances: 1, minimumHealthCapacity: 0.5 }, 'Marathon rounds up to one'],
  [{ instances: 1, maximumOverCapacity: 0 }, 'Marathon starts one more when its bounds are in the way'],
])('upgrade strategy %j keeps the service up: %s', (change, _why) => {
  expect(checkDefinitions(factsOf(withApp(change)))).toEqual([]);
});

test.each(['dist', './dist/', 'dist/*.mjs', '.', 'package.json'])('a Dockerfile may copy %s', (source) => {
  expect(checkDefinitions(factsOf(docker({ copies: [{ source, line: 3 }] })))).toEqual([]);
});

test('a drain as long as the grace is named with the variable, set or by default', () => {
  const reads = [...(orders.reads ?? []), { ...read, required: false, name: 'DRAIN_MS', fallback: '500' }];
  expect(checkDefinitions(factsOf({ reads }))).toEqual([]);
  const [set] = checkDefinitions(factsOf({ reads, ...withEnv({ DRAIN_MS: '8000' }) }));
  expect(set?.reason).toBe('it drains for 8000 ms (DRAIN_MS), but Marathon kills it 5 s after SIGTERM');
  const [byDefault] = checkDefinitions(
    factsOf({
      reads: [...(orders.reads ?? []), { ...read, required: false, name: 'SHUTDOWN_SECONDS', fallback: '5' }],
    }),
  );
  expect(byDefault).toMatchObject({
    check: 'kill-grace',
    key: 'services/orders/marathon.json: taskKillGracePeriodSeconds',
  });
});

test.each<[FieldLimits, readonly FieldLimits[], string | null]>([
  [
    quantity(1, 1000),
    [quantity(1, 999)],
    'orders may send it quantity up to 1000, and it refuses more than 999',
  ],
  [quantity(0, 9), [quantity(1, 9)], 'orders may send it quantity from 0, and it refuses less than 1'],
  [quantity(1, 1000), [quantity(1, 1000)], null],
  [quantity(1, 100), [quantity(1, 1000)], null],
  // It takes more in another place, so nobody can tell which place it is.
  [quantity(1, 1000), [quantity(1, 999), quantity(null, null)], null],
  [quantity(null, null), [quantity(1, 999)], null],
])('of a field with %j sent to a service that says %j is told: %s', (sends, takes, reason) => {
  const stock = { ...orders, name: 'stock', folder: 'services/stock', limits: takes };
  const facts = factsOf({ limits: [sends] });
  const sent = [{ consumer: 'orders', provider: 'stock', fields: ['quantity'] }];
  const found = checkDefinitions({ ...facts, services: [...facts.services, stock], sent });
  expect(found.map((one) => [one.service, one.reason])).toEqual(reason === null ? [] : [['stock', reason]]);
});

function quantity(min: number | null, max: number | null): FieldLimits {
  return { field: 'quantity', kind: 'number', min, max };
}
