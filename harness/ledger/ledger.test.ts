import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LedgerRecord, objectIdOf, openLedger } from './index.ts';

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
  return (await openLedger(root)).entries.map((entry) => entry.record.runId);
}

describe.each(['a git repository', 'a plain folder'])('in %s', (place) => {
  beforeEach(async () => {
    if (place === 'a git repository') await git('init', '--quiet');
  });

  test('what was appended is read back in order, each entry behind the one before', async () => {
    const ledger = await openLedger(root);
    await ledger.append([record('one'), record('two')]);
    await ledger.append([record('three')]);
    const { entries } = await openLedger(root);
    expect(entries.map((entry) => entry.record.runId)).toEqual(['one', 'two', 'three']);
    expect(entries.map(({ previous }) => previous)).toEqual([null, entries[0]?.id, entries[1]?.id]);
    expect(entries).toEqual(ledger.entries);
  });

  test('an object comes back by its id, and one that nobody wrote is null', async () => {
    await (await openLedger(root)).append([record('one')], ['the cases']);
    await (await openLedger(root)).append([record('two')]);
    const again = await openLedger(root);
    expect(await again.object(objectIdOf('the cases'))).toBe('the cases');
    expect(await again.object(objectIdOf('others'))).toBeNull();
  });

  test.each([
    ['by whoever reads it anew', false],
    ['by whoever has read it before', true],
  ])('an entry altered behind its back is refused by name, %s', async (_, cached) => {
    const ledger = await openLedger(root);
    await ledger.append([record('one')]);
    await ledger.append([record('two')]);
    await ledger.append([record('three')]);
    if (cached) await openLedger(root);
    await alterSecond();
    await expect(openLedger(root)).rejects.toMatchObject({
      code: 'SG_LEDGER_ALTERED',
      message: expect.stringMatching(/entry 2 \(run.*\) was altered/),
    });
  });

  test.each([
    ['and read since', true],
    ['and not read since', false],
  ])('a ledger set back before what was written here, %s, is refused', async (_, readSince) => {
    const ledger = await openLedger(root);
    await ledger.append([record('one')]);
    const setBack = await remember();
    await ledger.append([record('two')]);
    if (readSince) await openLedger(root);
    await setBack();
    await expect(openLedger(root)).rejects.toMatchObject({
      code: 'SG_LEDGER_ALTERED',
      message: expect.stringContaining('entry 2'),
    });
  });

  /** Rewrites the second of three batches and keeps what is behind it. */
  async function alterSecond(): Promise<void> {
    if (place === 'a plain folder') {
      const file = join(root, '.stagegate/ledger/00000002.jsonl');
      await writeFile(file, (await readFile(file, 'utf8')).replace('"pass"', '"fail"'));
      return;
    }
    const newest = await git('rev-parse', 'refs/stagegate/ledger');
    await git('update-ref', 'refs/stagegate/ledger', `${newest}^`);
    await rewriteNewest((text) => text.replace('"pass"', '"fail"'));
    const altered = await git('rev-parse', 'refs/stagegate/ledger');
    const author = ['-c', 'user.name=x', '-c', 'user.email=x@localhost'];
    const tree = `${newest}^{tree}`;
    const commit = await git(...author, 'commit-tree', tree, '-m', 'kept', '-p', altered);
    await git('update-ref', 'refs/stagegate/ledger', commit);
  }

  /** Resolves to what puts the ledger back to how it is now. */
  async function remember(): Promise<() => Promise<unknown>> {
    if (place === 'a plain folder')
      return () => rm(join(root, '.stagegate/ledger/00000002.jsonl'), { force: true });
    const head = await git('rev-parse', 'refs/stagegate/ledger');
    return () => git('update-ref', 'refs/stagegate/ledger', head);
  }

  test('an empty ledger reads as empty', async () => {
    expect(await runIds()).toEqual([]);
  });

  test('processes that append at once lose nothing', { timeout: 60_000 }, async () => {
    const writers = ['a', 'b', 'c'];
    const perWriter = 5;
    const script = `
      import { openLedger } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
      const [root, writer, record] = process.argv.slice(1);
      const ledger = await openLedger(root);
      for (let i = 0; i < ${perWriter}; i++) {
        await ledger.append([{ ...JSON.parse(record), runId: writer + i }]);
      }`;
    await Promise.all(
      writers.map((writer) =>
        execa('node', ['--input-type=module', '-e', script, root, writer, JSON.stringify(record(''))]),
      ),
    );
    const written = writers.flatMap((writer) => Array.from({ length: perWriter }, (_, i) => `${writer}${i}`));
    expect((await runIds()).toSorted()).toEqual(written);
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

  test('an entry taken out of the middle is refused by the name of the one behind it', async () => {
    const ledger = await openLedger(root);
    await ledger.append([record('one'), record('two'), record('three')]);
    await rewriteNewest((text) => text.split('\n').toSpliced(1, 1).join('\n'));
    await expect(openLedger(root)).rejects.toThrow(/entry 2 .* does not follow the entry before it/);
  });

  test('a line that is not JSON, a newer version and an unknown kind are refused', async () => {
    await (await openLedger(root)).append([record('one')]);
    await rewriteNewest(() => '{"id":');
    await expect(openLedger(root)).rejects.toMatchObject({ code: 'SG_LEDGER_ALTERED' });
    await rewriteNewest(() => lineOf({ previous: null, record: record('one'), version: 99 }));
    await expect(openLedger(root)).rejects.toMatchObject({ code: 'SG_LEDGER_VERSION' });
    await rewriteNewest(() => lineOf({ previous: null, record: { kind: 'wish', runId: 'r' }, version: 2 }));
    await expect(openLedger(root)).rejects.toThrow(/its kind is "wish"/);
  });

  test('entries of the first version are read in the shape of today', async () => {
    await (await openLedger(root)).append([record('one')]);
    const digest = `sha256:${'a'.repeat(64)}`;
    const at = '2026-11-22T12:00:00.000Z';
    const old = { service: 'orders', environment: 'dev', version: '1.0.0', digest, outcome: 'stands', at };
    await rewriteNewest(() => lineOf({ previous: null, record: { kind: 'deployment', runId: 'r', ...old } }));
    await rm(join(root, '.git/stagegate'), { recursive: true, force: true });
    const [entry] = (await openLedger(root)).entries;
    expect(entry?.record).toMatchObject({
      kind: 'deployment',
      deployment: { outcome: 'pass', platform: { id: 'embedded:r', lifetime: 'command' } },
    });
  });
});

async function rewriteNewest(change: (text: string) => string): Promise<void> {
  const text = await git('cat-file', 'blob', 'refs/stagegate/ledger:entries.jsonl');
  const parents = (await git('log', '-1', '--format=%P', 'refs/stagegate/ledger')).split(' ').filter(Boolean);
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

/** A line with an id that fits it, as only stagegate or an attacker writes it. */
function lineOf(body: object): string {
  const id = objectIdOf(canonicalize(body) ?? '');
  return canonicalize({ id, ...body }) ?? '';
}

describe('a ledger repository by URL', () => {
  let url: string;
  let project: string;

  beforeEach(async () => {
    await git('init', '--quiet', 'project');
    await git('init', '--quiet', '--bare', 'shared.git');
    url = join(root, 'shared.git');
    project = join(root, 'project');
  });

  test('two that write at once both get in, and a third reads both', async () => {
    const [one, two] = await Promise.all([openLedger(project, { url }), openLedger(project, { url })]);
    await Promise.all([one.append([record('one')]), two.append([record('two')])]);
    const { entries } = await openLedger(project, { url });
    expect(entries.map((entry) => entry.record.runId).toSorted()).toEqual(['one', 'two']);
  });

  test.each(['no writes today', 'non-fast-forward updates are denied until Monday'])(
    'a remote whose hook refuses the push with "%s" is an error with its words',
    async (words) => {
      const hook = join(url, 'hooks/pre-receive');
      await writeFile(hook, `#!/bin/sh\necho ${words} >&2\nexit 1\n`, { mode: 0o755 });
      const ledger = await openLedger(project, { url });
      await expect(ledger.append([record('one')])).rejects.toMatchObject({
        code: 'SG_LEDGER_UNREACHABLE',
        message: expect.stringMatching(new RegExp(`pre-receive hook declined.*${words}`)),
      });
    },
  );

  test('a remote that is not there is an error with its address, without its password', async () => {
    const away = `http://ci:secret@127.0.0.1:1/ledger.git`;
    await expect(openLedger(project, { url: away })).rejects.toMatchObject({
      code: 'SG_LEDGER_UNREACHABLE',
      message: expect.stringMatching(/^(?!.*secret).*127\.0\.0\.1:1/),
    });
  });
});

test('without git the entries are plain files that can be read', async () => {
  await (await openLedger(root)).append([record('one')]);
  const text = await readFile(join(root, '.stagegate/ledger/00000001.jsonl'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ previous: null, record: { runId: 'one' } });
});
