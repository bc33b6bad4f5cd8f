import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openLedger } from '../ledger/index.ts';
import { commit, makeDeployable, writeServer } from './deployable-shop.ts';
import { Project, type RunningCommand } from './rig.ts';

/** The commands as a release manager gives them: staging and production on a cluster that somebody else runs. */
let somebody: Project;
let cluster: RunningCommand;
let project: Project;

beforeAll(async () => {
  somebody = await Project.create();
  cluster = somebody.start('cluster', '--agents', '1', '--runtime', 'process');
  const { marathon, edge, auth } = JSON.parse(await cluster.firstLine());
  project = await Project.create();
  for (const [name, address] of Object.entries({ PROD_MARATHON: marathon, PROD_EDGE: edge })) {
    const url = new URL(String(address));
    url.username = auth.user;
    url.password = auth.password;
    project.env[name] = url.href;
  }
  await makeDeployable(
    project,
    `roles: { 'release-manager': ['rita@example.com'] },
    environments: [
      { name: 'dev' },
      { name: 'staging', platform: 'prod' },
      { name: 'production', platform: 'prod', env: { WHERE: 'production' } },
    ],
    platforms: { prod: { marathon: { env: 'PROD_MARATHON' }, edge: { env: 'PROD_EDGE' } } },`,
    `[
      { from: 'dev', to: 'staging', requires: ['unit'] },
      {
        from: 'staging', to: 'production', requires: ['unit'],
        approvals: { roles: ['release-manager'] },
        observe: { seconds: 2, minRequests: 5 },
      },
    ]`,
  );
  const ran = await project.stagegate('run', '--to', 'staging');
  expect(ran, ran.stdout).toMatchObject({ exitCode: 0 });
}, 120_000);

afterAll(async () => {
  await cluster?.interrupt();
  await project?.[Symbol.asyncDispose]();
  await somebody?.[Symbol.asyncDispose]();
});

const slow = { timeout: 120_000 };

interface Answered {
  readonly outcome: string;
  readonly next: string;
}

async function answered(
  ...args: readonly string[]
): Promise<Answered & { readonly exitCode: number | undefined }> {
  const { stdout, exitCode } = await project.stagegate(...args, '--json');
  return { ...(JSON.parse(stdout) as Answered), exitCode };
}

const approve = (...args: readonly string[]) =>
  project.stagegate(
    'approve',
    ...args,
    '--to',
    'production',
    '--by',
    'rita@example.com',
    '--reason',
    'release',
  );

async function askFront(): Promise<string> {
  const url = new URL('/routes', project.env.PROD_EDGE);
  const authorization = `Basic ${btoa(`${url.username}:${url.password}`)}`;
  url.username = '';
  url.password = '';
  const routes = (await (await fetch(url, { headers: { authorization } })).json()) as {
    appId: string;
    address: string;
  }[];
  const route = routes.find(({ appId }) => appId === '/production/shop/front');
  return (await fetch(route?.address ?? '')).text();
}

test(
  'a promotion waits for its approval with 4, and the same command goes on when it is there',
  slow,
  async () => {
    expect(await answered('can-i-promote', '--all', '--to', 'production')).toMatchObject({
      exitCode: 4,
      outcome: 'pending',
      next: 'stagegate approve back front --to production --reason "…"',
    });
    expect(await answered('promote', '--all', '--to', 'production')).toMatchObject({
      exitCode: 4,
      outcome: 'pending',
    });
    // The author of the commits is no judge of them.
    const own = await project.stagegate(
      'approve',
      '--all',
      '--to',
      'production',
      '--by',
      'dev@example.com',
      '--reason',
      'mine',
    );
    expect(own.exitCode).toBe(0);
    expect(await answered('can-i-promote', '--all', '--to', 'production')).toMatchObject({ exitCode: 4 });
    expect((await approve('--all')).exitCode).toBe(0);
    expect(await answered('promote', '--all', '--to', 'production')).toMatchObject({
      exitCode: 0,
      outcome: 'pass',
    });
    expect(await askFront()).toBe('front 1 back 1 ');
    expect(await answered('promote', '--all', '--to', 'production')).toMatchObject({ exitCode: 0 });
  },
);

test(
  'a version that fails in production is taken back, and held until somebody approves it again',
  slow,
  async () => {
    await project.write(
      'services/back/server.mjs',
      `import { createServer } from 'node:http';
    createServer((request, response) => {
      if (request.url !== '/health' && process.env.WHERE === 'production') response.statusCode = 500;
      response.end('back 2');
    }).listen(process.env.PORT, process.env.LISTEN_ADDRESS);`,
    );
    await commit(project);
    expect(await project.stagegate('run', '--to', 'staging')).toMatchObject({ exitCode: 0 });
    await approve('back');
    let done = false;
    const asking = (async () => {
      while (!done) await askFront().catch(() => {});
    })();
    const told = await project.stagegate('promote', 'back', '--to', 'production');
    done = true;
    await asking;
    expect(told.exitCode).toBe(1);
    expect(told.stdout).toMatch(/\d+ of \d+ requests failed, at most 1 % may; back went back to 1\.0\.0/);
    expect(await askFront()).toBe('front 1 back 1 ');
    const held = await project.stagegate('can-i-promote', 'back', '--to', 'production');
    expect(held.exitCode).toBe(4);
    expect(held.stdout).toContain('it is held since it left production');
    expect((await project.stagegate('why', 'back', '--to', 'production')).stdout).toContain(
      'requests failed',
    );
  },
);

test('a command that was killed in the middle is continued by the next, which says so', slow, async () => {
  await writeServer(project, 'back', 'back 3');
  await commit(project);
  expect(await project.stagegate('run', '--to', 'staging')).toMatchObject({ exitCode: 0 });
  await approve('back');
  const killed = project.start('promote', 'back', '--to', 'production');
  await vi.waitFor(
    async () => {
      const { entries } = await openLedger(project.root);
      expect(entries.at(-1)?.record).toMatchObject({ kind: 'deployment-started', environment: 'production' });
    },
    { timeout: 60_000, interval: 20 },
  );
  await killed.kill();
  const told = await project.stagegate('promote', 'back', '--to', 'production');
  expect(told).toMatchObject({ exitCode: 0 });
  expect(told.stdout).toMatch(
    /promote of run \S+ was ended while it changed production; this command goes on from there/,
  );
  expect(told.stdout).toMatch(/(going on with|replacing) the deployment of back/);
  expect(await askFront()).toBe('front 1 back 3 ');
});

test('two promotions of one environment at once: one does it, the other is told to wait', slow, async () => {
  await writeServer(project, 'front', 'front 2');
  await commit(project);
  expect(await project.stagegate('run', '--to', 'staging')).toMatchObject({ exitCode: 0 });
  await approve('front');
  const told = await Promise.all([
    project.stagegate('promote', 'front', '--to', 'production'),
    project.stagegate('promote', 'front', '--to', 'production'),
  ]);
  expect(told.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 4]);
  expect(told.find(({ exitCode }) => exitCode === 4)?.stdout).toContain(
    'production is being changed by promote',
  );
  expect(await askFront()).toBe('front 2 back 3 ');
});

test('a freeze lets nothing in but a rollback, which holds what it leaves', slow, async () => {
  expect((await project.stagegate('freeze', 'production', '--reason', 'sale')).exitCode).toBe(0);
  const told = await project.stagegate('rollback', 'front', '--in', 'production', '--reason', 'ugly');
  expect(told).toMatchObject({ exitCode: 0 });
  expect(await askFront()).toBe('front 1 back 3 ');
  const { stdout, exitCode } = await project.stagegate('can-i-promote', 'front', '--to', 'production');
  expect(exitCode).toBe(4);
  expect(stdout).toContain('ugly; approve it again to lift the hold');
  expect(stdout).toContain('production is frozen by');
  expect((await project.stagegate('rollback', 'front', '--in', 'production')).stderr).toContain(
    'what is there now is a rollback already',
  );
  expect((await project.stagegate('unfreeze', 'production')).exitCode).toBe(0);
});

test.each([
  [['promote', 'orders', '--to', 'production'], 'There is no service "orders"; write one of back, front.'],
  [
    ['promote', 'back', '--to', 'prod'],
    'There is no environment "prod"; write one of dev, staging, production.',
  ],
  [['promote', 'back', '--to', 'dev'], 'A version enters dev by being built; run: stagegate run --to dev'],
  [['promote', '--to', 'staging'], 'Name services, or write --all.'],
  [
    ['break-glass', 'front', '--to', 'production', '--reason', 'x', '--by', 'a@b.c'],
    'a@b.c may not break the glass of production',
  ],
])('%j ends with 2 and says what to write', async (args, said) => {
  const told = await project.stagegate(...args);
  expect(told.stderr).toContain(said);
  expect(told.exitCode).toBe(2);
});
