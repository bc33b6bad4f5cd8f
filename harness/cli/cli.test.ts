import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLedger } from '../ledger/index.ts';
import type { Digest, Verdict } from '../model/index.ts';
import { basicAuthorization } from '../platforms/index.ts';
import { Project } from './rig.ts';

let project: Project;

beforeEach(async () => {
  project = await Project.create();
});

afterEach(() => project[Symbol.asyncDispose]());

describe('wrong usage ends with 2 and says what to write', () => {
  test.each([
    [['deploy'], /unknown command 'deploy'/],
    [['run', '--too', 'dev'], /unknown option '--too'[\s\S]*Did you mean --to\?/],
    [['run', '--runtime', 'podman'], /'podman' is invalid[\s\S]*auto, process, docker/],
    [['stage', 'smoke'], /There is no stage .smoke.; write one of unit/],
    [['stage', 'unit', 'cart'], /There is no service "cart"; write one of orders, payments/],
    [['run', '--to', 'staging'], /There is no environment "staging"; write one of dev, production/],
    [['plan', '--to', 'staging'], /There is no environment "staging"/],
    [['why', 'orders'], /Name a service and an environment/],
    [['why', '--reuse', 'wish'], /There is no step "wish"; stagegate plan lists them/],
    [['why', 'cart', '--to', 'dev'], /There is no service "cart"/],
    [['cluster', '--agents', 'many'], /Write a whole number from 1 up/],
    [['cluster', '--agent-resources', 'cpus'], /Write resources as Mesos does/],
    [['cluster', '--marathon-port', '70000'], /Write a port from 0 to 65535/],
  ])('%j', async (args, said) => {
    const told = await project.stagegate(...args);
    expect(told.stderr).toMatch(said);
    expect(told.stderr).not.toContain('    at ');
    expect(told.exitCode).toBe(2);
  });
});

test('help teaches by example and ends with 0', async () => {
  const told = await project.stagegate('--help');
  expect(told.stdout).toContain('stagegate stage contract orders');
  expect(told.exitCode).toBe(0);
});

test('--verbose tells on standard error what is done, and changes nothing else', async () => {
  const quiet = await project.stagegate('status');
  const told = await project.stagegate('status', '--verbose');
  expect(quiet.stderr).not.toContain('ledger: git');
  expect(told.stderr).toMatch(/^\d\d:\d\d:\d\d\.\d{3} ledger: git rev-parse .*, \d+ ms$/m);
  expect(told.stdout).toBe(quiet.stdout);
  expect(told.exitCode).toBe(0);
});

describe('a wrong project ends with 2, one line per problem and no stack', () => {
  test('every problem of the configuration at once', async () => {
    await project.writeConfig(`{
      system: 'shop',
      services: { orders: {} },
      environments: [{ name: 'dev', cpus: 3 }],
      gates: [],
      clutser: {},
    } as never`);
    const told = await project.stagegate('run');
    expect(told.stderr.split('\n')).toEqual([
      'SG_CONFIG_INVALID: 2 problems must be corrected before anything can run.',
      expect.stringMatching(
        /^ {2}stagegate\.config\.ts: environments\.0\.cpus: unknown key; write one of name, platform, /,
      ),
      expect.stringMatching(
        /^ {2}stagegate\.config\.ts: clutser: unknown key; write "cluster" \(known: system, services, /,
      ),
      expect.stringContaining('defineConfig'),
    ]);
    expect(told.exitCode).toBe(2);
  });

  test.each(['plan', 'run'])('a secret that %s could not read, before anything runs', async (command) => {
    await project.writeConfig(`{
      system: 'shop',
      services: { orders: { secrets: { TOKEN: { env: 'NOWHERE_TO_BE_FOUND' } } } },
      environments: [{ name: 'dev' }],
      gates: [],
    }`);
    const told = await project.stagegate(command);
    expect(told.stderr).toContain(
      '  stagegate.config.ts: services.orders.secrets.TOKEN: the environment variable NOWHERE_TO_BE_FOUND is not set; write NOWHERE_TO_BE_FOUND=<value> before the command',
    );
    expect(told.exitCode).toBe(2);
  });

  test('a configuration that does not parse', async () => {
    await project.write('stagegate.config.ts', 'export default {');
    const told = await project.stagegate('status');
    expect(told.stderr).toMatch(/^SG_CONFIG_INVALID: .*stagegate\.config\.ts:1 could not be loaded/);
    expect(told.stderr).not.toContain('    at ');
    expect(told.exitCode).toBe(2);
  });

  test.each([
    ['rejects', "await Promise.reject(new Error('no'));"],
    ['throws nothing in particular', 'throw Object.create(null);'],
    ['throws what cannot be looked at', 'throw { get message() { throw 1; }, toString() { throw 2; } };'],
    ['exports a promise that rejects', "export default Promise.reject(new Error('later'));"],
    ['has a getter that throws', "export default { get system() { throw new Error('mine'); } };"],
    ['throws at every look', "export default new Proxy({}, { get() { throw new Error('p'); } });"],
    ['draws on the terminal', "throw new Error('\\x1b[2J\\x07');"],
  ])('a configuration that %s', async (_, text) => {
    await project.write('stagegate.config.ts', text);
    const told = await project.stagegate('status');
    expect(told.stderr).toMatch(
      /^SG_CONFIG_INVALID: .*stagegate\.config\.ts(:1)? could not be (loaded|read): /,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(told.stderr).not.toMatch(/ {4}at |[\x00-\x09\x0b-\x1f]/);
    expect(told.exitCode).toBe(2);
  });

  test('a configuration that ends the process gives no answer', async () => {
    await project.write('stagegate.config.ts', 'process.exit(0);');
    const told = await project.stagegate('run');
    expect(told.stderr).toMatch(/^SG_NO_VERDICT: The command ended with 0 before it had an answer\./);
    expect(told.exitCode).toBe(3);
  });

  test('a configuration that is not there', async () => {
    const told = await project.stagegate('plan', '--config', 'nowhere.ts');
    expect(told.stderr).toContain('SG_CONFIG_NOT_FOUND: There is no configuration at ');
    expect(told.exitCode).toBe(2);
  });

  test('a pact that is not JSON', async () => {
    await project.write('pacts/orders-payments.json', '{ "consumer": }');
    const told = await project.stagegate('run');
    expect(told.stderr).toContain('  pacts/orders-payments.json:1:15: not JSON: ');
    expect(told.exitCode).toBe(2);
  });
});

test('plan prints every step with what it waits for, and touches nothing', async () => {
  const told = await project.stagegate('plan', '--json');
  const steps = JSON.parse(told.stdout).steps as { id: string; needs: readonly string[] }[];
  expect(steps.find(({ id }) => id === 'gate orders production')?.needs).toEqual([
    'definitions',
    'smoke dev',
    'rehearse production',
    'verify unit orders',
    'verify unit payments',
    'deploy orders dev',
    'gate payments production',
  ]);
  expect((await project.stagegate('plan')).stdout).toContain('deploy orders to production');
});

describe('why', () => {
  const digest: Digest = `sha256:${'a'.repeat(64)}`;
  const refused: Verdict = {
    kind: 'fail',
    service: 'orders',
    version: '1.0.0+g1234567',
    digest,
    from: 'dev',
    to: 'production',
    checks: [
      { check: 'artifact', outcome: 'pass', reason: 'built once' },
      { check: 'stage', stage: 'unit', outcome: 'fail', reason: 'unit failed 1 of 14, first "adds up"' },
    ],
    decidedAt: '2026-11-22T12:00:00.000Z',
  };

  test('tells the reasons of the last verdict and exits as it says', async () => {
    await (await openLedger(project.root)).append([{ kind: 'verdict', runId: 'r', verdict: refused }]);
    const told = await project.stagegate('why', 'orders', '--to', 'production');
    expect(told.stdout).toBe(
      [
        'orders@1.0.0+g1234567 (aaaaaaaaaaaa) for production: fail, decided 2026-11-22T12:00:00.000Z',
        '  fail: unit failed 1 of 14, first "adds up"',
        '  pass: built once',
      ].join('\n'),
    );
    expect(told.exitCode).toBe(1);
  });

  test('does not take silence for a yes', async () => {
    const told = await project.stagegate('why', 'orders', '--to', 'production', '--json');
    expect(JSON.parse(told.stdout)).toMatchObject({ verdict: 'inconclusive', version: null });
    expect(told.exitCode).toBe(1);
  });
});

test('status tells what was promoted, and shows no cluster that is gone as running', async () => {
  const digest: Digest = `sha256:${'a'.repeat(64)}`;
  const at = '2026-11-22T12:00:00.000Z';
  const about = { service: 'orders', environment: 'dev', version: '1.0.0', digest, at };
  const platform = { name: 'embedded', id: 'embedded:r', lifetime: 'command' } as const;
  await (await openLedger(project.root)).append([
    {
      kind: 'deployment',
      runId: 'r',
      deployment: { ...about, platform, outcome: 'pass', fingerprint: null },
    },
    { kind: 'promotion', runId: 'r', ...about },
  ]);
  const told = await project.stagegate('status');
  expect(told.stdout).toBe(
    [
      'dev (embedded platform)',
      '  orders    1.0.0  aaaaaaaaaaaa  promoted 2026-11-22T12:00:00.000Z; not running now',
      '  payments  never promoted',
      'production (embedded platform)',
      '  orders    never promoted',
      '  payments  never promoted',
    ].join('\n'),
  );
});

test('whichever command comes next removes what a killed run left', async () => {
  const dead = { pid: 2 ** 22 + 1, startedAt: '1', hostname: hostname() };
  await project.write('.stagegate/runs/20200101t000000-dead/owner.json', JSON.stringify(dead));
  await project.stagegate('status');
  expect(await project.filesIn('.stagegate/runs')).toEqual([]);
});

test('cluster tells in one line where it is, and Ctrl-C leaves nothing of it', {
  timeout: 60_000,
}, async () => {
  const running = project.start('cluster', '--runtime', 'process', '--agents', '1');
  const line = await running.firstLine();
  const { marathon, agents, runtime, auth, withCredentials } = JSON.parse(line);
  expect(runtime).toBe('process');
  expect(agents).toHaveLength(1);
  const apps = new URL('/v2/apps', marathon);
  expect((await fetch(apps)).status).toBe(401);
  const { username, password } = new URL(withCredentials.marathon);
  expect({ user: username, password }).toEqual(auth);
  expect((await fetch(apps, { headers: basicAuthorization(auth) })).status).toBe(200);
  const [run = ''] = await project.filesIn('.stagegate/runs');
  const file = join(project.root, '.stagegate/runs', run, 'access.json');
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ marathon, auth });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
  expect(await running.interrupt()).toBe(130);
  expect(await project.filesIn('.stagegate/runs')).toEqual([]);
});
