import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkWritten } from '../config/index.ts';
import { propose, renderConfig } from './index.ts';
import { interpolate } from './interpolate.ts';
import { readCompose } from './read-compose.ts';
import { type Hosts, translateSetting } from './translate-setting.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'shop-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
}

/** What the written text says, and whether the configuration's own rules accept it. */
async function written(): Promise<{ readonly text: string; readonly problems: readonly unknown[] }> {
  const text = renderConfig(await propose(root, {}));
  const body = text.replace(/^import.*$/m, '').replace('export default defineConfig(', 'return (');
  const value: unknown = new Function(body)();
  const checked = checkWritten(value);
  return { text, problems: checked.kind === 'valid' ? [] : checked.problems };
}

const compose = `
x-common: &common
  restart: always
services:
  api:
    <<: *common
    build: { context: ./api }
    ports: ["127.0.0.1:\${API_PORT:-5000}:5000"]
    environment:
      DATABASE_URL: postgresql://app:secret@db:5432/app
      REDIS_HOST: cache
      REDIS_PORT: 6379
      JWT_SECRET: \${JWT_SECRET}
    healthcheck: { test: ["CMD-SHELL", "curl -f http://localhost:5000/health || exit 1"] }
    deploy: { replicas: 2 }
  order_worker:
    build: ./worker
    environment: ["QUEUE=redis://cache:6379", "API=http://api:5000/v1"]
  web:
    image: nginx:1.27
    ports: [{ target: 80, published: 8080 }]
    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
  db:
    image: postgres:15
    environment: { POSTGRES_USER: app, POSTGRES_PASSWORD: secret, POSTGRES_DB: app }
    volumes: ["./init:/docker-entrypoint-initdb.d"]
  cache: { image: "redis:7-alpine" }
  adminer: { image: adminer }
`;

test('a compose file becomes services, stores and settings that name them; what is left out is named', async () => {
  await write({
    'docker-compose.yml': compose,
    'api/Dockerfile': 'FROM scratch\n',
    'api/requirements.txt': 'flask\n',
    'api/tests/test_app.py': '',
    'worker/package.json': '{"scripts":{"start":"node index.js"}}',
    'init/1.sql': '',
  });
  const { text, problems } = await written();
  expect(problems).toEqual([]);
  for (const part of [
    "DATABASE_URL: 'postgresql://{db.user}:{db.password}@{db.host}:{db.port}/{db.database}'",
    "REDIS_HOST: '{cache.host}'",
    "REDIS_PORT: '{cache.port}'",
    "// secrets: { JWT_SECRET: { env: 'JWT_SECRET' } },",
    "ready: '/health'",
    'port: 5000',
    "'order-worker': {",
    "kind: 'worker'",
    "QUEUE: '{cache.url}'",
    "API: '{api.url}/v1'",
    "image: 'nginx:1.27'",
    "init: ['init/1.sql']",
    'python3 -m pytest',
  ]) {
    expect(text).toContain(part);
  }
  const { leftOut } = await propose(root, {});
  expect(leftOut).toEqual([
    'docker-compose.yml: adminer: adminer is left out: a tool to look at data',
    'docker-compose.yml: api: deploy is not carried over',
    'docker-compose.yml: web: volume ./nginx.conf:/etc/nginx/nginx.conf is not carried over',
  ]);
});

test('without a compose file, folders and a Procfile tell the services', async () => {
  await write({
    'services/orders/package.json':
      '{"scripts":{"start":"node a.js","test":"jest"},"devDependencies":{"jest":"29"}}',
    'services/stock/go.mod': 'module stock\n',
    'services/stock/main.go': '',
    'services/stock/stock_test.go': '',
    'mailer/Procfile': 'web: python app.py\nsender: python send.py\n',
    'mailer/requirements.txt': '',
    'mailer/app.py': '',
  });
  const { services } = await propose(root, {});
  expect(services.map(({ name, kind, path }) => [name, kind, path])).toEqual([
    ['mailer', 'service', 'mailer'],
    ['mailer-sender', 'worker', 'mailer'],
    ['orders', 'service', null],
    ['stock', 'service', null],
  ]);
  expect(services.map(({ suites }) => suites.unit)).toEqual([
    undefined,
    undefined,
    expect.stringContaining('npx jest'),
    expect.stringContaining('go test -json'),
  ]);
  expect((await written()).problems).toEqual([]);
});

test('services that call each other in a circle are told apart, and the reference left out is named', async () => {
  const service = (other: string): string =>
    `{ build: ./${other}x, environment: { OTHER_URL: "http://${other}:1" } }`;
  await write({
    'compose.yaml': `services:\n  a: ${service('b')}\n  b: ${service('a')}\n`,
    'ax/index.html': '',
    'bx/index.html': '',
  });
  const { leftOut } = await propose(root, {});
  expect(leftOut).toEqual([expect.stringContaining('OTHER_URL is left out: a calls b too')]);
  expect((await written()).problems).toEqual([]);
});

test('pacts tell what they call a service', async () => {
  await write({
    'orders/package.json': '{"scripts":{"start":"node a.js"}}',
    'orders/pacts/Web-OrderService.json': '{"consumer":{"name":"Web"},"provider":{"name":"OrderService"}}',
  });
  const { services, folders, leftOut } = await propose(root, {});
  expect(services[0]?.pactName).toBe('OrderService');
  expect(folders.pacts).toBe('orders/pacts');
  expect(leftOut).toContain('pacts name "Web", which is no service here: write pactName for the one it is');
});

const hosts: Hosts = new Map([
  ['db', { is: 'store', name: 'db', kind: 'mysql', user: null, password: null, database: null }],
  ['mq', { is: 'store', name: 'mq', kind: 'rabbitmq', user: null, password: null, database: null }],
  ['k1', { is: 'store', name: 'k1', kind: 'kafka', user: null, password: null, database: null }],
  ['orders', { is: 'service', name: 'orders' }],
]);
const settings: readonly (readonly [variable: string, value: string, expected: string])[] = [
  [
    'URL',
    'jdbc:mysql://db:3306/shop?useSSL=false',
    'jdbc:mysql://{db.host}:{db.port}/{db.database}?useSSL=false',
  ],
  [
    'URL',
    'mysql+pymysql://u:p@db/shop',
    'mysql+pymysql://{db.user}:{db.password}@{db.host}:{db.port}/{db.database}',
  ],
  ['AMQP', 'amqp://guest:guest@mq:5672', '{mq.url}'],
  ['BROKERS', 'k1:9092,k1:9093', '{k1.host}:{k1.port}'],
  ['ORDERS_URL', 'http://orders:8080/api/', '{orders.url}/api/'],
  ['ORDERS_GRPC', 'orders:50051', '{orders.host}:{orders.port}'],
  ['NAME', 'orders', 'orders'],
  ['ORDERS_HOST', 'orders', '{orders.host}'],
  ['MAIL', 'smtp://mail.example:25', 'smtp://mail.example:25'],
];
test.each(settings)('%s=%s becomes %s', (variable, value, expected) => {
  expect(translateSetting(variable, value, hosts)).toBe(expected);
});

const braced = (inner: string): string => ['$', '{', inner, '}'].join('');

const interpolated: readonly (readonly [string, string | null])[] = [
  [braced('A'), 'x'],
  [braced('B:-d'), 'd'],
  [braced('B'), null],
  ['$$5', '$5'],
  [braced('A:+y'), 'y'],
  ['$A/$A', 'x/x'],
];
test.each(interpolated)('%s is %s', (text, expected) => {
  expect(interpolate(text, { A: 'x' })).toBe(expected);
});

test('a compose file that is no YAML is told by line', () => {
  expect(readCompose('compose.yaml', 'services:\n  a: [', {}).problems[0]).toMatch(
    /^compose.yaml: not read: .*line/,
  );
});
