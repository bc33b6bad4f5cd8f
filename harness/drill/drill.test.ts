import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Config, ServiceConfig } from '../config/index.ts';
import type { RunRecord, Verdict } from '../model/index.ts';
import { chooseDrills, faults, outcomeOf, plant } from './index.ts';

const service = (name: string, change: Partial<ServiceConfig> = {}) =>
  ({ name, neighbours: {}, externals: {}, database: null, path: `/p/${name}`, ...change }) as ServiceConfig;
const orders = service('orders', { neighbours: { STOCK_URL: 'stock' }, database: 'DATABASE_URL' });
const shop = { system: 'shop', services: [orders, service('stock')] } as unknown as Config;

test('every fault is one file, or a change of source', async () => {
  const files = await readdir(join(import.meta.dirname, 'faults'));
  const preloads = faults.filter(({ how }) => how === 'preload').map(({ name }) => `${name}.mjs`);
  expect(files.toSorted()).toEqual(preloads.toSorted());
});

test('a fault goes only into a service that can have it, and services take turns', () => {
  const chosen = chooseDrills(shop, faults, { only: [], sample: null });
  const of = (name: string) => chosen.find(({ fault }) => fault.name === name)?.service.name;
  expect(chosen).toHaveLength(faults.length);
  expect([of('ignore-sigterm'), of('exit-on-sigterm')]).toEqual(['stock', 'orders']);
  expect([of('hang-neighbours'), of('break-migration')]).toEqual(['orders', 'orders']);
});

test('what is asked for by name is what is drilled', () => {
  const wished = chooseDrills(shop, faults, { only: ['leak:orders', 'slow'], sample: null });
  expect(wished.map(({ fault, service: { name } }) => [fault.name, name])).toEqual([
    ['slow', 'stock'],
    ['leak', 'orders'],
  ]);
  expect(chooseDrills(shop, faults, { only: [], sample: 3 })).toHaveLength(3);
});

function verdict(about: string, to: string, kind: Verdict['kind'], checks: Verdict['checks'] = []): Verdict {
  const digest = `sha256:${'a'.repeat(64)}` as const;
  return {
    kind,
    service: about,
    version: '1',
    digest,
    from: 'dev',
    to,
    checks,
    decidedAt: `2026-11-22T12:0${to.length}:00.000Z`,
  };
}
const failing = [
  { check: 'artifact', outcome: 'pass' as const, reason: 'built' },
  { check: 'stage', stage: 'functional' as const, outcome: 'fail' as const, reason: 'it ignored SIGTERM' },
];
const record = (change: Partial<RunRecord>) =>
  ({
    verdict: 'fail',
    target: 'production',
    problems: [],
    steps: [],
    verdicts: [],
    ...change,
  }) as unknown as RunRecord;

test.each<[string, Partial<RunRecord>, object]>([
  ['a run that says yes', { verdict: 'pass' }, { outcome: 'uncaught', reason: 'it reached production' }],
  [
    'a gate that rejects the service',
    { verdicts: [verdict('orders', 'test', 'fail', failing)] },
    { outcome: 'caught', by: 'functional', gate: 'dev → test', reason: 'orders: it ignored SIGTERM' },
  ],
  [
    'a gate that rejects another service only',
    { verdicts: [verdict('orders', 'test', 'pass'), verdict('stock', 'test', 'fail', failing)] },
    { outcome: 'blamed-another', by: 'functional' },
  ],
  [
    'a broken infrastructure',
    { problems: [{ code: 'SG_STORE_FAILED', message: 'no database', hint: '' }] },
    { outcome: 'inconclusive' },
  ],
])('%s', (_, change, expected) => {
  expect(outcomeOf(record(change), 'orders')).toMatchObject(expected);
});

test('a planted fault runs before the service, and is gone when it is removed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stagegate-drill-'));
  try {
    await mkdir(join(folder, 'src'));
    const scripts = { start: 'node src/main.mjs' };
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts }));
    const main = join(folder, 'src/main.mjs');
    await writeFile(main, 'console.log(String(process.env.STOCK_URL));');
    const run = async () =>
      (await promisify(execFile)(process.execPath, [main], { env: { STOCK_URL: 'x' } })).stdout.trim();
    const fault = faults.find(({ name }) => name === 'remove-setting');
    if (fault === undefined) throw new Error('no such fault');
    const planted = await plant(fault, orders, folder);
    expect(await run()).toBe('undefined');
    if (planted.kind === 'planted') await planted.remove();
    expect(await run()).toBe('x');
    expect(await readdir(join(folder, 'src'))).toEqual(['main.mjs']);
    expect(await readFile(main, 'utf8')).toContain('STOCK_URL');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a service without an entry for Node is not drilled by code, and the reason says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stagegate-drill-'));
  try {
    const [fault] = faults;
    if (fault === undefined) throw new Error('there are no faults');
    expect(await plant(fault, orders, folder)).toMatchObject({ kind: 'impossible' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
