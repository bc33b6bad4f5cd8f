import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLedger } from './index.ts';
import { takeOverLock } from './stale-lock.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stagegate-tidy-'));
  git('init', '--quiet', '.');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim();
}

const looseObjects = (): number => Number(/^count: (\d+)/m.exec(git('count-objects', '-v'))?.[1]);

const ended = {
  kind: 'platform-ended',
  runId: 'run',
  platformId: 'p',
  at: '2026-11-25T10:00:00.000Z',
} as const;

test('a tidied ledger has no loose object, and every entry and object it had', async () => {
  const ledger = await openLedger(root);
  for (let run = 0; run < 5; run++)
    await ledger.append([{ ...ended, runId: `run-${run}` }], [`cases of ${run}`]);
  expect(looseObjects()).toBeGreaterThan(10);
  // Something of the user's that nothing refers to: not ours to pack or to lose.
  writeFileSync(join(root, 'mine'), 'mine');
  const mine = git('hash-object', '-w', join(root, 'mine'));
  await ledger.tidy({ always: true });
  expect(looseObjects()).toBe(1);
  expect(git('cat-file', '-p', mine)).toBe('mine');
  const again = await openLedger(root);
  expect(again.entries).toEqual(ledger.entries);
  const { objectIdOf } = await import('./index.ts');
  expect(await again.object(objectIdOf('cases of 3'))).toBe('cases of 3');
});

test('a ledger is tidied by itself, but not at every turn', async () => {
  const ledger = await openLedger(root);
  await ledger.append([ended]);
  await ledger.tidy();
  expect(looseObjects()).toBeGreaterThan(0);
  await ledger.append(Array.from({ length: 600 }, (_, index) => ({ ...ended, platformId: String(index) })));
  await ledger.tidy();
  expect(looseObjects()).toBe(0);
});

test('the lock of a killed process is taken over', async () => {
  await (await openLedger(root)).append([ended]);
  writeFileSync(join(root, '.git/refs/stagegate/ledger.lock'), '');
  await (await openLedger(root)).append([ended]);
  expect((await openLedger(root)).entries).toHaveLength(2);
}, 30_000);

test('a lock that is held, or changes hands, is left alone', async () => {
  const lock = join(root, 'ledger.lock');
  mkdirSync(dirname(lock), { recursive: true });
  const held = openSync(lock, 'w');
  const atOnce = async (): Promise<void> => {};
  expect(await takeOverLock(lock, atOnce)).toBe(false);
  closeSync(held);
  const taken = takeOverLock(lock, async () => {
    rmSync(lock);
    writeFileSync(lock, 'of another');
  });
  expect([await taken, existsSync(lock)]).toEqual([false, true]);
  expect([await takeOverLock(lock, atOnce), existsSync(lock)]).toEqual([true, false]);
});

test('drafts that killed processes left are removed, and those of today are not', async () => {
  await (await openLedger(root)).append([ended]);
  const commit = (date: string): string =>
    execFileSync(
      'git',
      ['-C', root, 'commit-tree', '-m', 'x', git('rev-parse', 'refs/stagegate/ledger^{tree}')],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          GIT_COMMITTER_DATE: date,
          GIT_AUTHOR_NAME: 'x',
          GIT_AUTHOR_EMAIL: 'x',
          GIT_COMMITTER_NAME: 'x',
          GIT_COMMITTER_EMAIL: 'x',
        },
      },
    ).trim();
  git('update-ref', 'refs/stagegate/drafts/old', commit('2020-01-01T00:00:00Z'));
  git('update-ref', 'refs/stagegate/drafts/new', commit(new Date().toISOString()));
  await (await openLedger(root)).tidy({ always: true });
  expect(readdirSync(join(root, '.git/refs/stagegate/drafts'))).toEqual(['new']);
});

test('drafts in a plain folder go when they are old', async () => {
  rmSync(join(root, '.git'), { recursive: true });
  const plain = await openLedger(root);
  await plain.append([ended]);
  await plain.tidy({ always: true });
  expect((await openLedger(root)).entries).toHaveLength(1);
});
