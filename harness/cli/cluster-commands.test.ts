import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { MarathonClient } from '../platforms/index.ts';
import { Project, type RunningCommand } from './rig.ts';

/** Answers 200 on its port and prints what a service prints: a line of JSON, a line with colours, one on stderr. */
const talkative = `exec node -e "
console.log(JSON.stringify({ time: new Date().toISOString(), level: 'info', requestId: 'r-1', message: 'listening' }));
console.log('\\u001b[31mred\\u001b[0m <b>bold</b>');
console.error('careful');
require('node:http').createServer((_, response) => response.end('ok')).listen(process.env.PORT0, '127.0.0.1');
"`;
const crashing = `exec node -e "console.error('no database at ' + process.env.WHERE); process.exit(3)"`;

function app(id: string, changes: object) {
  return {
    id,
    cpus: 0.1,
    mem: 32,
    instances: 1,
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
    portDefinitions: [{ port: 0, name: 'http' }],
    ...changes,
  };
}

let project: Project;
let running: RunningCommand;
let marathon: MarathonClient;
/** The JSON line of `stagegate cluster`. */
let cluster: Readonly<Record<'marathon' | 'mesos' | 'edge', string>>;

beforeAll(async () => {
  project = await Project.create();
  running = project.start('cluster', '--runtime', 'process', '--agents', '2');
  const { withCredentials, marathon: url, auth } = JSON.parse(await running.firstLine());
  cluster = withCredentials;
  marathon = new MarathonClient({ url, auth });
  const { deploymentId } = await marathon.putApp(
    app('/dev/shop/orders', {
      cmd: talkative,
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, API_TOKEN: 'sesame-open', CITY: 'Bern' },
      labels: {
        STAGEGATE_SERVICE: 'orders',
        STAGEGATE_ENVIRONMENT: 'dev',
        STAGEGATE_VERSION: '1.4.0+g3f2a91c',
      },
      healthChecks: [{ protocol: 'HTTP', path: '/', intervalSeconds: 1, gracePeriodSeconds: 20 }],
    }),
  );
  await marathon.waitForDeployment(deploymentId, { signal: AbortSignal.timeout(30_000) });
});

afterAll(async () => {
  await running?.interrupt();
  await project?.[Symbol.asyncDispose]();
});

const stagegate = (...args: readonly string[]) => project.stagegate(...args);
const json = async (command: string, ...args: readonly string[]) =>
  JSON.parse((await stagegate(command, '--json', ...args)).stdout);

test('ps shows each service by the name people use, with its version and how it is', async () => {
  expect(await json('ps')).toMatchObject({
    cluster: 'cluster',
    apps: [
      {
        title: 'dev/orders',
        status: 'Running',
        running: 1,
        healthy: 1,
        version: '1.4.0+g3f2a91c',
        because: [],
      },
    ],
  });
});

test('logs come from both streams, without control characters, behind the name of the service', async () => {
  const { stdout, exitCode } = await stagegate('logs', 'orders');
  expect(stdout).toMatch(/^dev\/orders \| red <b>bold<\/b>$/m);
  expect(stdout).toContain('dev/orders | careful');
  expect(exitCode).toBe(0);
  const lines = (await stagegate('logs', '--json', '-n', '3')).stdout
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(3);
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'info', requestId: 'r-1', stream: 'stdout' }),
  );
});

test('logs from a time on leave out what was printed before', async () => {
  expect((await stagegate('logs', '--since', new Date(Date.now() + 60_000).toISOString())).stdout).toBe('');
});

test('exec gives the command its input, its output and its exit code', async () => {
  const { stdout, exitCode } = await project.stagegateWith(
    '42\n',
    'exec',
    'orders',
    '--',
    'sh',
    '-c',
    'cat; exit 7',
  );
  expect({ stdout, exitCode }).toEqual({ stdout: '42', exitCode: 7 });
  expect(await json('exec', 'dev/orders', '--', 'pwd')).toMatchObject({ exitCode: 0, stderr: '' });
});

test('inspect masks secrets, in the environment and in the definition', async () => {
  const told = await stagegate('inspect', 'orders', '--json');
  expect(told.stdout).not.toContain('sesame-open');
  expect(JSON.parse(told.stdout)).toMatchObject({
    status: 'Running',
    environment: { CITY: 'Bern', API_TOKEN: '••••••••' },
    tasks: [{ status: 'Healthy', health: [{ alive: true }] }],
  });
  expect((await stagegate('inspect', 'orders')).stdout).not.toContain('sesame-open');
});

test('scale and restart wait until Marathon is done', async () => {
  expect((await stagegate('scale', 'orders=2')).stdout).toBe('/dev/shop/orders: scaled to 2');
  expect((await json('ps')).apps[0]).toMatchObject({ running: 2 });
  const before = (await marathon.tasks('/dev/shop/orders')).map(({ id }) => id);
  expect((await stagegate('restart', 'orders')).stdout).toBe('/dev/shop/orders: restarted');
  const after = (await marathon.tasks('/dev/shop/orders')).map(({ id }) => id);
  expect(after.filter((id) => before.includes(id))).toEqual([]);
});

test('events tell in words what happens to a service', async () => {
  const events = project.start('events', 'orders');
  const line = events.firstLine();
  let said = '';
  void line.then((text) => {
    said = text;
  });
  // What happens before the command has subscribed, it cannot tell.
  const killOne = async (): Promise<string> => {
    await marathon.killTasks((await marathon.tasks('/dev/shop/orders')).slice(0, 1).map(({ id }) => id));
    return said;
  };
  await expect.poll(killOne, { timeout: 15_000, interval: 500 }).toMatch(/marathon +dev\/orders +.*task/);
  expect(await events.interrupt()).toBe(130);
});

describe('a service that does not start', () => {
  beforeAll(async () => {
    await marathon.putApp(
      app('/dev/shop/broken', { cmd: crashing, env: { WHERE: 'db:5432', PATH: dirname(process.execPath) } }),
    );
    await vi.waitFor(
      async () => expect((await marathon.app('/dev/shop/broken'))?.lastTaskFailure).toBeDefined(),
      15_000,
    );
  });

  test('ps says why and what to do next', async () => {
    const { stdout } = await stagegate('ps');
    expect(stdout).toMatch(
      /dev\/shop\/broken: A task of this version failed at \S+: Command exited with status 3/,
    );
    expect(stdout).toContain('Next: stagegate inspect dev/shop/broken, or stagegate logs dev/shop/broken');
  });

  test('inspect shows what it printed last', async () => {
    expect((await stagegate('inspect', 'broken')).stdout).toContain('no database at db:5432');
  });
});

test('a service that no offer fits waits, and a change beside its deployment is refused by name', async () => {
  await marathon.putApp(app('/dev/shop/hungry', { cmd: 'sleep 60', cpus: 900 }));
  await vi.waitFor(
    async () => expect((await stagegate('ps')).stdout).toMatch(/too few CPUs \(each task asks for 900\)/),
    15_000,
  );
  const { stderr, exitCode } = await stagegate('scale', 'hungry=2');
  expect(stderr).toMatch(
    /^SG_APP_LOCKED: \/dev\/shop\/hungry is being changed by deployment \S+, step \d of \d/,
  );
  expect(exitCode).toBe(1);
  expect((await stagegate('scale', 'hungry=0', '--force')).exitCode).toBe(0);
});

describe('wrong usage ends with 2 and says what to write', () => {
  test.each([
    [['logs', 'cart'], /No service cart is deployed on this cluster; it has .*dev\/orders/],
    [['logs', '--since', 'yesterday'], /Write how long ago \(30s, 10m, 2h, 1d\)/],
    [['scale', 'orders'], /"orders" names no number of instances; write such as orders=3/],
    [
      ['exec', 'orders', '--task', 'ffffffff', '--', 'ls'],
      /No running task of dev\/orders begins with ffffffff/,
    ],
    [['ps', '--platform', 'live'], /There is no platform "live" in stagegate.config.ts; it names none/],
    [['ps', '--run', 'x'], /Run x holds no cluster in .*; these do: .*\(cluster\)/],
    [['ps', '--marathon', 'here'], /"here" is not an address/],
  ])('%j', async (args, said) => {
    const told = await stagegate(...args);
    expect(told.stderr).toMatch(said);
    expect(told.stderr).not.toContain('    at ');
    expect(told.exitCode).toBe(2);
  });
});

test('a lasting platform is meant by its name, any other cluster by its addresses', async () => {
  await using other = await Project.create();
  await other.writeConfig(`{
    system: 'shop',
    services: { orders: {}, payments: {} },
    environments: [{ name: 'dev' }, { name: 'production', platform: 'live' }],
    gates: [{ from: 'dev', to: 'production', requires: ['unit'] }],
    platforms: { live: ${JSON.stringify({ marathon: cluster.marathon, mesos: cluster.mesos, edge: cluster.edge })} },
  }`);
  const byName = await other.stagegate('exec', 'orders', '--platform', 'live', '--', 'echo', 'here');
  expect(byName).toEqual({ exitCode: 0, stdout: 'here', stderr: '' });
  const { marathon, mesos } = cluster;
  const byAddress = await other.stagegate('logs', 'orders', '--marathon', marathon, '--mesos', mesos);
  expect(byAddress.stdout).toContain('careful');
});

test('where no cluster runs, every command says how to start one', async () => {
  await using other = await Project.create();
  const { stderr, exitCode } = await other.stagegate('ps');
  expect(stderr).toMatch(/^SG_NO_CLUSTER: No running command holds a cluster in .*\n.*stagegate up/);
  expect(exitCode).toBe(2);
});
