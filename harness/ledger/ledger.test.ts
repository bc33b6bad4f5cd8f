import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LedgerRecord, openLedger } from './index.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stagegate-ledger-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

const withoutIdentity = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };

function git(...args: string[]): Promise<string> {
  return execa('git', args, { cwd: root, env: withoutIdentity }).then(({ stdout }) => stdout);
}

function record(runId: string): LedgerRecord {
  return {
    kind: 'run',
    runId,
    system: 'shop',
    target: 'production',
    runtime: 'process',
    verdict: 'pass',
    commit: null,
    startedAt: '2026-11-22T12:00:00.000Z',
    durationMs: 1,
  };
}

async function runIds(): Promise<readonly string[]> {
  return (await (await openLedger(root)).read()).map((entry) => entry.record.runId);
}

describe.each(['a git repository', 'a plain folder'])('in %s', (place) => {
  beforeEach(async () => {
    if (place === 'a git repository') await git('init', '--quiet');
  });

  test('what was appended is read back in order, each entry behind the one before', async () => {
    const ledger = await openLedger(root);
    await ledger.append([record('one'), record('two')]);
    await ledger.append([record('three')]);
    const entries = await ledger.read();
    expect(entries.map((entry) => entry.record.runId)).toEqual(['one', 'two', 'three']);
    expect(entries.map(({ previous }) => previous)).toEqual([null, entries[0]?.id, entries[1]?.id]);
    expect(await ledger.verify()).toEqual([]);
  });

  test('an empty ledger reads as empty', async () => {
    expect(await runIds()).toEqual([]);
  });

  test('processes that append at once lose nothing', { timeout: 60_000 }, async () => {
    const writers = ['a', 'b', 'c'];
    const perWriter = 5;
    const script = `
      import { openLedger } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
      const [root, writer] = process.argv.slice(1);
      const ledger = await openLedger(root);
      for (let i = 0; i < ${perWriter}; i++) {
        await ledger.append([{ kind: 'run', runId: writer + i }]);
      }`;
    await Promise.all(
      writers.map((writer) => execa('node', ['--input-type=module', '-e', script, root, writer])),
    );
    const written = writers.flatMap((writer) => Array.from({ length: perWriter }, (_, i) => `${writer}${i}`));
    expect((await runIds()).toSorted()).toEqual(written);
    expect(await (await openLedger(root)).verify()).toEqual([]);
  });
});

describe('in a git repository', () => {
  beforeEach(() => git('init', '--quiet', '--initial-branch=main'));

  test('neither the working tree, the index nor a branch is touched', async () => {
    await writeFile(join(root, 'file'), 'content');
    await git('add', 'file');
    const before = await git('status', '--porcelain');
    await (await openLedger(root)).append([record('one')]);
    expect(await git('status', '--porcelain')).toBe(before);
    expect(await git('for-each-ref', '--format=%(refname)')).toBe('refs/stagegate/ledger');
    expect((await readdir(root)).toSorted()).toEqual(['.git', 'file']);
  });

  test('an entry altered behind its back is noticed', async () => {
    const ledger = await openLedger(root);
    await ledger.append([record('one')]);
    await ledger.append([record('two')]);
    await rewriteNewest((text) => text.replace('"pass"', '"fail"'));
    expect(await ledger.verify()).toEqual([expect.stringMatching(/^entry 2 .* was altered/)]);
  });

  test('an entry taken out of the middle is noticed', async () => {
    const ledger = await openLedger(root);
    await ledger.append([record('one'), record('two'), record('three')]);
    await rewriteNewest((text) => text.split('\n').toSpliced(1, 1).join('\n'));
    expect(await ledger.verify()).toEqual([
      expect.stringMatching(/^entry 2 .* does not follow the entry before it$/),
    ]);
  });

  test('a lock left by a dead git is named instead of waited for without end', {
    timeout: 60_000,
  }, async () => {
    const ledger = await openLedger(root);
    await ledger.append([record('one')]);
    await writeFile(join(root, '.git/refs/stagegate/ledger.lock'), '');
    await expect(ledger.append([record('two')])).rejects.toMatchObject({ code: 'SG_LEDGER_FAILED' });
  });

  async function rewriteNewest(change: (text: string) => string): Promise<void> {
    const text = await git('cat-file', 'blob', 'refs/stagegate/ledger:entries.jsonl');
    const parents = (await git('log', '-1', '--format=%P', 'refs/stagegate/ledger'))
      .split(' ')
      .filter(Boolean);
    const blob = await execa('git', ['hash-object', '-w', '--stdin'], {
      cwd: root,
      input: `${change(text)}\n`,
    });
    const tree = await execa('git', ['mktree'], {
      cwd: root,
      input: `100644 blob ${blob.stdout}\tentries.jsonl\n`,
    });
    const author = ['-c', 'user.name=x', '-c', 'user.email=x@localhost'];
    const commit = await git(
      ...author,
      'commit-tree',
      tree.stdout,
      '-m',
      'rewritten',
      ...parents.flatMap((parent) => ['-p', parent]),
    );
    await git('update-ref', 'refs/stagegate/ledger', commit);
  }
});

test('without git the entries are plain files that can be read', async () => {
  await (await openLedger(root)).append([record('one')]);
  const text = await readFile(join(root, '.stagegate/ledger/00000001.jsonl'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ previous: null, record: { runId: 'one' } });
});
