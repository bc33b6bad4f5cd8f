import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StagegateError } from '../model/index.ts';
import { type ConfigInput, defineConfig, loadConfig } from './index.ts';
import { checkWritten } from './load.ts';

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'stagegate-config-')));
});

afterEach(() => rm(root, { recursive: true, force: true }));

const sound = defineConfig({
  system: 'shop',
  services: {
    orders: { database: 'DATABASE_URL', neighbours: { PAYMENTS_URL: 'payments' } },
    payments: { externals: { CARD_URL: 'card' } },
  },
  externals: { card: 'card.ts' },
  environments: [{ name: 'dev' }, { name: 'production', weight: 2 }],
  gates: [{ from: 'dev', to: 'production', requires: ['unit'] }],
});

async function write(file: string, text: string): Promise<void> {
  const path = join(root, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** A project in which everything is right, but for what a test then changes. */
async function writeProject(config: unknown): Promise<void> {
  await write('package.json', '{ "type": "module" }');
  await write('stagegate.config.ts', `export default ${JSON.stringify(config)};`);
  await write('card.ts', '');
  for (const service of ['orders', 'payments']) {
    await write(`services/${service}/package.json`, '{}');
    await write(`services/${service}/index.js`, '');
    await write(`services/${service}/Dockerfile`, 'FROM scratch');
    await write(
      `services/${service}/marathon.json`,
      JSON.stringify({ id: service, container: { docker: { image: service } } }),
    );
  }
}

async function problems(): Promise<{ code: string; message: string; problems: readonly string[] }> {
  try {
    await loadConfig(join(root, 'stagegate.config.ts'));
  } catch (error) {
    if (error instanceof StagegateError) {
      return { code: error.code, message: error.message, problems: error.problems };
    }
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

test('a sound configuration comes back with every option filled in and every path absolute', async () => {
  await writeProject(sound);
  const config = await loadConfig(join(root, 'stagegate.config.ts'));
  expect(config).toMatchObject({
    root,
    cluster: { agents: 3, runtime: 'auto' },
    externals: [{ name: 'card', module: join(root, 'card.ts') }],
    environments: [
      { name: 'dev', weight: 1, quota: null },
      { name: 'production', weight: 2, quota: null },
    ],
  });
  expect(config.services[1]).toEqual({
    name: 'payments',
    kind: 'service',
    path: join(root, 'services/payments'),
    recipe: {
      bundle: { kind: 'node', run: null, output: null },
      image: {
        kind: 'dockerfile',
        context: join(root, 'services/payments'),
        dockerfile: 'Dockerfile',
        target: null,
        args: {},
      },
    },
    start: 'exec node index.js',
    imageStart: null,
    ready: null,
    env: {},
    secrets: {},
    database: null,
    neighbours: {},
    externals: { CARD_URL: 'card' },
    exempt: {},
    provider: null,
    pactName: 'payments',
    suites: {},
    definition: { id: 'payments', container: { docker: { image: 'payments' } } },
  });
  expect(config.services[0]?.env).toEqual({ DATABASE_URL: '{postgres.url}' });
  expect(config.stores).toMatchObject([{ name: 'postgres', kind: 'postgres', shared: false }]);
});

describe('a configuration is refused with the key and what to write', () => {
  const cases: readonly [string, Record<string, unknown>, readonly string[]][] = [
    [
      'an unknown key, with the one probably meant',
      { ...sound, enviroments: [] },
      [
        expect.stringMatching(
          /^stagegate.config.ts: enviroments: unknown key; write "environments" \(known: system, services, /,
        ),
      ],
    ],
    [
      'an unknown key deep down',
      { ...sound, services: { ...sound.services, payments: { prot: 8080 } } },
      [
        expect.stringMatching(
          /^stagegate.config.ts: services.payments.prot: unknown key; write "port" \(known: kind, path, /,
        ),
      ],
    ],
    [
      'a wrong type',
      { ...sound, cluster: { agents: 'three' } },
      ['stagegate.config.ts: cluster.agents: has the wrong type (string); write a number'],
    ],
    [
      'a stage that does not exist',
      { ...sound, gates: [{ from: 'dev', to: 'production', requires: ['unitt'] }] },
      [
        'stagegate.config.ts: gates.0.requires.0: not a value known here; write one of "unit", "integration", "contract", "functional", "acceptance"',
      ],
    ],
    [
      'a missing key',
      { ...sound, environments: undefined },
      ['stagegate.config.ts: environments: missing; write an array: [ … ]'],
    ],
    [
      'several problems at once',
      { ...sound, system: 'The Shop', cluster: { agents: 0 } },
      [
        'stagegate.config.ts: system: not allowed here; write lower-case letters, digits and inner dashes, such as "orders"',
        'stagegate.config.ts: cluster.agents: too small; write at least 1',
      ],
    ],
    [
      'services that depend on each other in a circle',
      {
        ...sound,
        services: {
          orders: { neighbours: { PAYMENTS_URL: 'payments' } },
          payments: { neighbours: { ORDERS_URL: 'orders' } },
        },
      },
      [
        'stagegate.config.ts: services.orders.neighbours: the services depend on each other in a circle: orders → payments → orders; write the neighbours so that one of these services needs none of the others',
      ],
    ],
    [
      'a neighbour that does not exist',
      { ...sound, services: { ...sound.services, payments: { neighbours: { BANK_URL: 'bank' } } } },
      [
        'stagegate.config.ts: services.payments.neighbours.BANK_URL: service "bank" does not exist; write one of orders, payments',
      ],
    ],
    [
      'an outside system that is not declared',
      { ...sound, externals: undefined },
      [
        `stagegate.config.ts: services.payments.externals.CARD_URL: outside system "card" is not declared; write externals: { 'card': '<module that starts its stand-in>' } beside services`,
      ],
    ],
    [
      'an outside system without a module',
      { ...sound, externals: { card: 'cards.ts' } },
      [
        'stagegate.config.ts: externals.card: there is no file cards.ts; write the path of a module whose default export starts the stand-in',
      ],
    ],
    [
      'an environment that does not exist',
      { ...sound, gates: [...sound.gates, { from: 'dev', to: 'prod', requires: ['unit'] }] },
      ['stagegate.config.ts: gates.1.to: environment "prod" does not exist; write one of dev, production'],
    ],
    [
      'a step between environments without a gate',
      { ...sound, gates: [] },
      [
        "stagegate.config.ts: gates: no gate leads from dev to production; write { from: 'dev', to: 'production', requires: [ … ] }",
      ],
    ],
    [
      'a gate against the order of the environments',
      { ...sound, gates: [...sound.gates, { from: 'production', to: 'dev', requires: ['unit'] }] },
      [
        'stagegate.config.ts: gates.1: dev does not come next after production; write gates between neighbours of dev → production',
      ],
    ],
    [
      'a gate that requires nothing',
      { ...sound, gates: [{ from: 'dev', to: 'production', requires: [] }] },
      [
        'stagegate.config.ts: gates.0.requires: the gate from dev to production would open without any evidence; write at least one stage',
      ],
    ],
    [
      'an environment that is there twice',
      { ...sound, environments: [...sound.environments, { name: 'dev' }] },
      [
        'stagegate.config.ts: environments.2.name: environment "dev" is there twice; write another name, or remove it',
      ],
    ],
    [
      'a variable with two values',
      {
        ...sound,
        services: { ...sound.services, payments: { database: 'CARD_URL', externals: { CARD_URL: 'card' } } },
      },
      [
        'stagegate.config.ts: services.payments: variable CARD_URL is given two values; write another variable for one of them',
      ],
    ],
  ];

  test.each(cases)('%s', async (_, config, expected) => {
    await writeProject(config);
    const found = await problems();
    expect(found.problems).toEqual(expected);
    expect(found.code).toBe('SG_CONFIG_INVALID');
  });
});

describe('a file that is no configuration is refused', () => {
  test('when it is not there', async () => {
    expect(await problems()).toMatchObject({
      code: 'SG_CONFIG_NOT_FOUND',
      message: `There is no configuration at ${join(root, 'stagegate.config.ts')}.`,
    });
  });

  test.each([
    [
      'it is not TypeScript',
      'export default {\n  a: 1,,\n};',
      /stagegate\.config\.ts:2 could not be loaded: /,
    ],
    [
      'it throws',
      '\n\nthrow new Error("no coffee");',
      /stagegate\.config\.ts:3 could not be loaded: no coffee$/,
    ],
    ['it has no default export', 'export const a = 1;', /has no default export; write: export default/],
    [
      'it imports what is not there',
      'import "./nothing.ts";\nexport default {};',
      /could not be loaded: Cannot find module .*nothing\.ts/,
    ],
  ])('when %s, with the place', async (_, text, message) => {
    await write('package.json', '{ "type": "module" }');
    await write('stagegate.config.ts', text);
    expect(await problems()).toMatchObject({
      code: 'SG_CONFIG_INVALID',
      message: expect.stringMatching(message),
    });
  });
});

describe('a service folder is refused', () => {
  beforeEach(() => writeProject(sound satisfies ConfigInput));

  test('when it is missing', async () => {
    await rm(join(root, 'services/orders'), { recursive: true });
    expect((await problems()).problems).toEqual([
      'services/orders: service "orders" has no folder here; write the service there, or its folder as services.orders.path',
    ]);
  });

  test('when nothing in it tells how it is built and started', async () => {
    for (const file of ['package.json', 'Dockerfile']) await rm(join(root, 'services/orders', file));
    expect((await problems()).problems).toEqual([
      expect.stringMatching(
        /^stagegate\.config\.ts: services\.orders: nothing in .*services\/orders tells how .*; write build and start/,
      ),
    ]);
  });

  test('when its language is known and its start command is not', async () => {
    for (const file of ['index.js', 'Dockerfile']) await rm(join(root, 'services/orders', file));
    expect((await problems()).problems).toEqual([
      "stagegate.config.ts: services.orders.start: a Node service whose files do not tell how it starts; write the command, such as start: 'node server.js'",
    ]);
  });

  test('when its package.json is not JSON', async () => {
    await write('services/orders/package.json', '{');
    expect((await problems()).problems).toEqual([
      expect.stringContaining('services/orders/package.json:1:2: not JSON: '),
    ]);
  });

  test.each([
    ['{\n  "id": "orders",\n}', 'services/orders/marathon.json:3:1: not JSON: '],
    ['{ "id": tru }', 'services/orders/marathon.json:1:9: not JSON: invalid symbol; write'],
    ['{ "id": "orders"', 'services/orders/marathon.json:1:17: not JSON: '],
    ['<html>', 'services/orders/marathon.json:1:1: not JSON: '],
    ['[]', 'services/orders/marathon.json: has the wrong type (array); write an object: { … }'],
    [
      '{ "id": "cart", "cmd": "x" }',
      'services/orders/marathon.json: id: "cart" is not the name of the service; write "orders"; ',
    ],
    [
      '{ "id": "orders", "cpu": 1 }',
      'services/orders/marathon.json: cpu: unknown key; write "cpus" (known: ',
    ],
    [
      '{ "id": "orders", "memory": 64 }',
      'services/orders/marathon.json: memory: unknown key; write "mem" (known: ',
    ],
    [
      '{ "id": "orders", "healthChecks": [{ "protocol": "HTTPX" }] }',
      'services/orders/marathon.json: healthChecks.0.protocol: not a value known here; write one of "HTTP", ',
    ],
    [
      '{ "id": "orders", "cmd": "x", "args": ["y"] }',
      'services/orders/marathon.json: args: Marathon takes cmd or args, not both; write one of the two',
    ],
    [
      '{ "id": "orders", "portDefinitions": [{ "name": "web" }], "readinessChecks": [{ "portName": "http" }] }',
      'services/orders/marathon.json: readinessChecks.0.portName: no port is named "http"; write one of web',
    ],
    [
      '{ "id": "orders", "portDefinitions": [{}], "healthChecks": [{ "portIndex": 2 }] }',
      'services/orders/marathon.json: healthChecks.0.portIndex: there is no port 2; the app has 1; write 0',
    ],
    [
      '{ "id": "orders", "portDefinitions": [{ "name": "web" }], "readinessChecks": [{ "portName": "web", "intervalSeconds": 1 }] }',
      'services/orders/marathon.json: readinessChecks.0.timeoutSeconds: 10 s is not less than intervalSeconds (1); write less than 1',
    ],
    [
      '{ "id": "orders", "constraints": [["hostname", "UNIQ"]] }',
      'services/orders/marathon.json: constraints.0: "UNIQ" is no operator; write ["hostname", "UNIQUE"]',
    ],
    [
      '{ "id": "orders", "networks": [{ "mode": "host" }], "container": { "portMappings": [{ "containerPort": 80 }] } }',
      'services/orders/marathon.json: networks: container.portMappings have no meaning on the host network; write ',
    ],
    [
      '{ "id": "orders", "cmd": "x", "instances": "2" }',
      'services/orders/marathon.json: instances: has the wrong type (string); write a number',
    ],
  ])('with the app definition %s', async (text, problem) => {
    await write('services/orders/marathon.json', text);
    expect((await problems()).problems).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a pact is refused', () => {
  beforeEach(() => writeProject(sound));

  test.each([
    ['not json', 'pacts/a-b.json:1:1: not JSON: '],
    ['{}', 'pacts/a-b.json: consumer: missing; write an object: { … }'],
    [
      '{ "consumer": { "name": "a" }, "provider": { "name": "b" } }',
      'pacts/a-b.json: not allowed here; write "interactions" or "messages"',
    ],
  ])('with the text %s', async (text, problem) => {
    await write('pacts/a-b.json', text);
    const found = await problems();
    expect(found.code).toBe('SG_PACT_INVALID');
    expect(found.problems[0]).toContain(problem);
  });

  test('together with whatever else is wrong', async () => {
    await write('pacts/a-b.json', 'not json');
    await rm(join(root, 'services/orders'), { recursive: true });
    expect((await problems()).problems).toHaveLength(2);
  });
});

test('what outlives a command may use nothing that ends with it', () => {
  const written = {
    system: 'shop',
    services: { orders: { database: 'DATABASE_URL', externals: { CARD_URL: 'card-processor' } } },
    externals: { 'card-processor': 'card.ts' },
    environments: [{ name: 'dev' }, { name: 'production', platform: 'prod' }],
    gates: [{ from: 'dev', to: 'production', requires: ['unit'] }],
    platforms: { prod: { marathon: 'http://marathon:8080', edge: { env: 'EDGE' } } },
  };
  const checked = checkWritten(written);
  expect(checked.kind === 'problems' ? checked.problems : []).toEqual([
    {
      key: 'environments.1.externals.card-processor',
      wrong: 'production outlives the command, and the stand-in of card-processor does not',
      write: "its address there: externals: { 'card-processor': '<URL>' }",
    },
    {
      key: 'platforms.prod.databases',
      wrong: 'its environments outlive the command, and a database that a command starts does not',
      write: "the URL of a PostgreSQL server, or { env: 'VARIABLE' }",
    },
  ]);
  const lasting = {
    ...written,
    environments: [
      { name: 'dev' },
      { name: 'production', platform: 'prod', externals: { 'card-processor': 'https://cards.example.com' } },
    ],
    platforms: { prod: { ...written.platforms.prod, databases: { env: 'DATABASES' } } },
  };
  expect(checkWritten(lasting).kind).toBe('valid');
});
