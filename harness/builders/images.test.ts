import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildService, detectRuntime, type Source } from './index.ts';

let root: string;
const { signal } = new AbortController();

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stagegate-images-'));
  service('hello', 'mkdir -p dist/sql && cp src.mjs dist/server.mjs && echo "select 1" > dist/sql/1.sql');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function service(name: string, build: string): void {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.4.0', scripts: { build } }));
  writeFileSync(join(folder, 'src.mjs'), 'console.log("hello")\n');
}

function source(name: string): Source {
  return {
    name,
    path: join(root, name),
    recipe: {
      bundle: { kind: 'node', run: 'node --run build', output: 'dist' },
      image: { kind: 'bundle', base: 'node:24-bookworm-slim' },
    },
    start: 'exec node server.mjs',
    imageStart: null,
  };
}

const build = (name = 'hello') => buildService(source(name), { root, runtime: 'process', signal });

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  return execFileSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8' }).trim();
}

test('a bundle holds what the build script made, and is named by its own bytes', async () => {
  const { artifact, bundle } = await build();
  expect(artifact).toMatchObject({ service: 'hello', version: '1.4.0', commit: null, runtime: 'process' });
  expect(artifact.location).toBe(bundle);
  const bytes = readFileSync(bundle ?? '');
  expect(artifact.bytes).toBe(bytes.length);
  expect(artifact.digest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  const listing = execFileSync(
    'tar',
    ['--list', '--verbose', '--numeric-owner', '--gzip', '--file', bundle ?? ''],
    {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    },
  );
  expect(listing.trim().split('\n')).toEqual([
    expect.stringMatching(/^-rw-r--r-- 0\/0 +21 1970-01-01 00:00 server\.mjs$/),
    expect.stringMatching(/^-rw-r--r-- 0\/0 +9 1970-01-01 00:00 sql\/1\.sql$/),
  ]);
});

test('the same files give the same digest, whatever their times; a changed file gives another', async () => {
  const { artifact: first } = await build();
  utimesSync(join(root, 'hello', 'src.mjs'), 1, 1);
  expect((await build()).artifact.digest).toBe(first.digest);
  writeFileSync(join(root, 'hello', 'src.mjs'), 'console.log("changed")\n');
  expect((await build()).artifact.digest).not.toBe(first.digest);
});

test('what an older source left in dist does not travel along', async () => {
  const { artifact: first } = await build();
  mkdirSync(join(root, 'hello', 'dist'));
  writeFileSync(join(root, 'hello', 'dist', 'old.mjs'), '');
  expect((await build()).artifact.digest).toBe(first.digest);
});

test('two builds of one service at once wait for each other', async () => {
  const builds = await Promise.all([build(), build(), build()]);
  expect(new Set(builds.map(({ artifact }) => artifact.digest)).size).toBe(1);
  expect(existsSync(builds[0]?.bundle ?? '')).toBe(true);
});

test('the version names the commit, and says when the service differs from it', async () => {
  git('init', '--quiet');
  writeFileSync(join(root, '.gitignore'), 'dist/\n.stagegate/\n');
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
  const commit = git('rev-parse', 'HEAD');
  const label = `1.4.0+g${commit.slice(0, 7)}`;
  expect((await build()).artifact).toMatchObject({ version: label, commit });
  writeFileSync(join(root, 'README.md'), 'Not part of the service.\n');
  expect((await build()).artifact.version).toBe(label);
  writeFileSync(join(root, 'hello', 'src.mjs'), '\n');
  expect((await build()).artifact.version).toBe(`${label}.dirty`);
});

test('a build that fails shows what the script printed', async () => {
  service('broken', 'echo "src/main.ts: cannot find ./nowhere" >&2; exit 3');
  await expect(build('broken')).rejects.toMatchObject({
    code: 'SG_BUILD_FAILED',
    message: expect.stringMatching(
      /^broken: src\/main\.ts: cannot find \.\/nowhere\nnode --run build: exit code \d+\n/,
    ),
  });
  service('empty', 'true');
  await expect(build('empty')).rejects.toMatchObject({ code: 'SG_BUILD_FAILED' });
});

test('processes are what they are asked to be, engine or not', async () => {
  expect(await detectRuntime('process')).toEqual({ runtime: 'process' });
});
