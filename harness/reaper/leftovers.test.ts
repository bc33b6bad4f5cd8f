import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweepHalfDone, sweepOld } from './index.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const none: ReadonlySet<string> = new Set();

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stagegate-leftovers-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, { ageMs = 0, bytes = 1 } = {}): void {
  const file = join(root, '.stagegate', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'x'.repeat(bytes));
  for (const each of [file, dirname(file)]) utimesSync(each, new Date(now), new Date(now - ageMs));
}

const left = (folder: string): string[] => readdirSync(join(root, '.stagegate', folder)).sort();

test('what killed commands left half-done goes, what is being done stays', async () => {
  put('runs/dead.opening/anything', { ageMs: 2 * hourMs });
  put('runs/young.opening/anything');
  put('runs/owned.opening/owner.json', { ageMs: 2 * hourMs });
  put('runs/whole/owner.json', { ageMs: 2 * hourMs });
  put('artifacts/a.unfinished', { ageMs: 2 * hourMs });
  put('artifacts/b.unfinished');
  put('artifacts/orders.lock', { ageMs: 2 * hourMs });
  put('artifacts/c.tar.gz', { ageMs: 2 * hourMs });
  await sweepHalfDone(root, now);
  expect(left('runs')).toEqual(['owned.opening', 'whole', 'young.opening']);
  expect(left('artifacts')).toEqual(['b.unfinished', 'c.tar.gz']);
});

test('old artifacts go, but none that an environment has or may go back to', async () => {
  for (const name of ['old', 'promoted']) put(`artifacts/${name}.tar.gz`, { ageMs: 15 * dayMs });
  put('artifacts/new.tar.gz', { ageMs: 13 * dayMs });
  await sweepOld(root, { artifacts: new Set(['promoted.tar.gz']), now });
  expect(left('artifacts')).toEqual(['new.tar.gz', 'promoted.tar.gz']);
});

test('too many artifacts make room, the oldest first', async () => {
  for (const days of [1, 2, 3, 4]) put(`artifacts/${days}.tar.gz`, { ageMs: days * dayMs, bytes: 100 });
  await sweepOld(root, { artifacts: new Set(['4.tar.gz']), artifactBytes: 250, now });
  expect(left('artifacts')).toEqual(['1.tar.gz', '4.tar.gz']);
});

test('too much in logs makes room, but for runs at work and the last one', async () => {
  for (const run of ['a', 'b', 'c']) put(`logs/${run}/unit.log`, { bytes: 100 });
  for (const [run, hours] of [
    ['a', 3],
    ['b', 2],
    ['c', 1],
  ] as const) {
    utimesSync(join(root, '.stagegate/logs', run), now, (now - hours * hourMs) / 1000);
  }
  await sweepOld(root, { artifacts: none, liveRuns: new Set(['a']), logBytes: 50, now });
  expect(left('logs')).toEqual(['a', 'c']);
});

test('a project without anything is left without anything', async () => {
  expect(await sweepHalfDone(root, now)).toEqual([]);
  expect(await sweepOld(root, { artifacts: none, now })).toEqual([]);
  expect(existsSync(join(root, '.stagegate'))).toBe(false);
});
