import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf } from '../plumbing/process-identity.ts';
import { type BegunRun, markRunning, openReporter, requireReports } from './index.ts';
import { passingRecord } from './sample-records.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagegate-mark-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const next: BegunRun = {
  runId: 'next',
  system: 'shop',
  runtime: 'process',
  target: 'production',
  startedAt: '2026-11-25T10:00:00.000Z',
  commit: null,
};

const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

/** What a run before left: Allure's page takes too long to make here. */
async function earlierYes(): Promise<void> {
  const reporter = openReporter({ folder, mode: 'json', colour: false, write: () => {} });
  const problems = [{ code: 'SG_INTERRUPTED', message: 'so that no Allure is made', hint: '' }];
  reporter.report({ kind: 'run-finished', record: { ...passingRecord, problems }, exitCode: 0 });
  await reporter.close();
  for (const name of ['promotion/index.html', 'run.json']) {
    await writeFile(join(folder, name), 'May it go to production? Yes');
  }
  await mkdir(join(folder, 'allure'));
  await writeFile(join(folder, 'allure/index.html'), '401 passed');
}

test('a run that has begun leaves no answer of the run before, in no report', async () => {
  await earlierYes();
  await markRunning(folder, next);
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['junit.xml', 'promotion', 'run.json']));
  expect(await readdir(folder)).not.toContain('allure');
  const page = await read('promotion/index.html');
  expect(page).toContain('Running since 2026-11-25 10:00:00 UTC');
  expect(page).not.toContain('Yes');
  expect(JSON.parse(await read('run.json'))).toMatchObject({ runId: 'next', verdict: 'inconclusive' });
  expect(await read('junit.xml')).toMatch(/errors="1"[\s\S]*<error message="Running since/);
});

test('reports that cannot be written are told before the run begins', async () => {
  await writeFile(join(folder, 'reports'), 'a file where the folder should be');
  await expect(markRunning(join(folder, 'reports'), next)).rejects.toMatchObject({
    code: 'SG_REPORTS_UNWRITABLE',
  });
});

test('a yes whose reports are not there is no yes', () => {
  const all = ['promotion/index.html', 'junit.xml', 'run.json'].map((name) => join(folder, name));
  expect(() => requireReports(folder, all)).not.toThrow();
  expect(() => requireReports(folder, all.slice(1))).toThrow(/^promotion\/index\.html could not be written/);
});

test('what a killed process was about to publish is removed, and what a live one is about to is not', async () => {
  const dead = spawn('true');
  await once(dead, 'exit');
  const alive = identityOf();
  await mkdir(join(folder, `.run-${dead.pid}-1-abc`));
  await mkdir(join(folder, '.run-xyz'));
  await mkdir(join(folder, `.run-${alive.pid}-${alive.startedAt}-def`));
  await markRunning(folder, next);
  const left = (await readdir(folder)).filter((name) => name.startsWith('.'));
  expect(left).toEqual([`.run-${alive.pid}-${alive.startedAt}-def`]);
});
