import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { Project } from './rig.ts';

/** Secrets of every origin, and whether somebody told stagegate that they are some. */
const planted = {
  ofEnvironment: 'planted-in-the-environment-7f3a',
  ofFile: 'planted-in-a-file-"quoted"-81bc',
  inUrl: 'planted-in-a-url-55de',
  inSetting: 'planted-in-a-setting-90aa',
} as const;
const bearer = 'plantedbearer0123456789abcdef';

/** Prints what it was started with, as careless services do, and in production ends at once with it on its lips. */
const server = `import { createServer } from 'node:http';
const told = [process.env.OF_ENVIRONMENT, process.env.OF_FILE, process.env.UPSTREAM, process.env.API_TOKEN].join(' ');
console.log('started with ' + told);
console.error('Authorization: Bearer ${bearer}');
if (process.env.FAIL === 'yes') throw new Error('cannot start with ' + told);
const server = createServer((_, response) => response.end(told));
server.listen(Number(process.env.PORT), process.env.LISTEN_ADDRESS ?? '0.0.0.0');
process.on('SIGTERM', () => server.close());
`;

/** A title, a failure, a thrown text, an unhandled error and output, each with a secret in it. */
const suite = `import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
const secret = process.env.PLANTED;
const file = readFileSync(process.env.PLANTED_FILE, 'utf8').trim();
test('calls with ' + secret + ' and Bearer ${bearer}', () => {});
test('compares', () => { console.log('printed ' + secret); expect({ token: secret, file }).toEqual({ token: 'x', file: 'y' }); });
test('throws', () => { throw new Error('refused: ${planted.inUrl} ${planted.inSetting} \\u001b[31m' + file + '\\ud800'); });
`;

test('no secret is in any output of a run, wherever it was planted', { timeout: 240_000 }, async () => {
  await using project = await Project.createRunnable();
  await project.write('planted.txt', `${planted.ofFile}\n`);
  await project.writeConfig(`{
    system: 'small',
    services: {
      orders: {
        secrets: { OF_ENVIRONMENT: { env: 'PLANTED' }, OF_FILE: { file: 'planted.txt' } },
        env: { UPSTREAM: 'http://shop:${planted.inUrl}@127.0.0.1:1/', API_TOKEN: '${planted.inSetting}' },
      },
      payments: {},
    },
    environments: [{ name: 'dev', services: { orders: { env: { FAIL: 'yes' } } } }, { name: 'production' }],
    gates: [{ from: 'dev', to: 'production', requires: ['unit'] }],
    cluster: { agents: 1, runtime: 'process' },
  }`);
  await project.write('services/orders/server.mjs', server);
  await project.write('suites/unit/orders/sum.test.ts', suite);
  await project.commit('careless');
  Object.assign(project.env, {
    PLANTED: planted.ofEnvironment,
    PLANTED_FILE: join(project.root, 'planted.txt'),
  });

  const lines: string[] = [];
  const running = project.stagegate('run', '--fresh', '--verbose');
  const watching = setInterval(() => lines.push(...commandLines()), 20);
  const told = await running;
  clearInterval(watching);
  expect(told, told.stdout).toMatchObject({ exitCode: 1 });
  expect(told.stdout).toContain('orders · unit: compares');
  expect(told.stdout).toContain('cannot start with');
  const asked = await Promise.all(
    [
      ['why', 'orders', '--to', 'production'],
      ['ledger', 'log'],
      ['ledger', 'export'],
      ['status', '--json'],
    ].map((args) => project.stagegate(...args)),
  );

  const outputs = {
    terminal: told.stdout + told.stderr,
    'later commands': asked.map(({ stdout, stderr }) => stdout + stderr).join(''),
    'process list': lines.join('\n'),
    ledger: await everyObject(project.root),
    ...(await filesBelow(join(project.root, 'reports'))),
    ...(await filesBelow(join(project.root, '.stagegate/logs'))),
  };
  expect(Object.keys(outputs)).toEqual(
    expect.arrayContaining(['run.json', 'junit.xml', 'promotion/index.html', 'allure/index.html']),
  );
  const found = Object.entries(outputs).flatMap(([output, text]) =>
    [...Object.values(planted), bearer].flatMap((secret) =>
      formsOf(secret).some((form) => text.includes(form)) ? [`${secret} in ${output}`] : [],
    ),
  );
  expect(found).toEqual([]);
  expect(await readFile(join(project.root, 'reports/run.json'), 'utf8')).not.toMatch(/\\u001b|\\ud800/);
});

function formsOf(secret: string): readonly string[] {
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('"', '&quot;'),
    Buffer.from(secret).toString('base64'),
  ];
}

/** Of every process of the machine, as any user may read them. */
function commandLines(): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
    } catch {
      return [];
    }
  });
}

/** Whatever the repository holds besides the commits of the project itself, reachable or not. */
async function everyObject(root: string): Promise<string> {
  const git = async (args: readonly string[], input = ''): Promise<string> =>
    (await execa('git', args, { cwd: root, input, stripFinalNewline: false, maxBuffer: 2 ** 28 })).stdout;
  const own = new Set(
    (await git(['rev-list', '--objects', 'HEAD'])).split('\n').map((line) => line.slice(0, 40)),
  );
  const all = (await git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)'])).split('\n');
  const others = all.filter((name) => name !== '' && !own.has(name));
  expect(others.length).toBeGreaterThan(10);
  return git(['cat-file', '--batch'], others.map((name) => `${name}\n`).join(''));
}

/** Path below the folder → content; what Allure packs into its page is unpacked. */
async function filesBelow(folder: string): Promise<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = await Promise.all(
    names.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      const text = await readFile(path, 'utf8');
      const packed = [...text.matchAll(/"(?:d\([^,]+,)?"?([A-Za-z0-9+/]{40,}={0,2})"/g)].map(
        ([, data = '']) => Buffer.from(data, 'base64').toString('utf8'),
      );
      return [path.slice(folder.length + 1), text + packed.join('\n')] as const;
    }),
  );
  return Object.fromEntries(files);
}
