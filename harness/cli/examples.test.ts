import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const has = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

let folder: string;
beforeEach(() => {
  mkdirSync(join(root, '.stagegate'), { recursive: true });
  folder = mkdtempSync(join(root, '.stagegate', 'example-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of an example as a user has it: in a repository of its own, stagegate installed. */
function copy(name: string): void {
  cpSync(join(root, 'examples', name), folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'stagegate'));
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
}

function stagegate(...args: readonly string[]) {
  const main = join(root, 'harness', 'cli', 'main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}` };
}

test.each(['python', 'compose'])('the example %s plans as it is', { timeout: 60_000 }, (name) => {
  copy(name);
  expect(stagegate('plan')).toMatchObject({ status: 0 });
});

test('what init makes of the compose example plans at once', { timeout: 60_000 }, () => {
  copy('compose');
  rmSync(join(folder, 'stagegate.config.ts'));
  const { status, said } = stagegate('init', '--yes');
  expect({ status, said }).toMatchObject({ status: 0, said: expect.stringContaining('3 services, 1 store') });
  expect(stagegate('plan')).toMatchObject({ status: 0 });
});

describe.skipIf(!has('python3', '-c', 'import flask, pytest'))('with Python, Flask and pytest there', () => {
  test('the Python example passes its unit tests and its journeys', { timeout: 180_000 }, () => {
    copy('python');
    expect(stagegate('stage', 'unit', '--runtime', 'process')).toMatchObject({ status: 0 });
    expect(stagegate('stage', 'acceptance', '--runtime', 'process')).toMatchObject({ status: 0 });
  });
});

describe.skipIf(!has('redis-server', '--version') || !has('nginx', '-v'))(
  'with Redis and nginx there',
  () => {
    test('the compose example passes its journey', { timeout: 180_000 }, () => {
      copy('compose');
      expect(stagegate('stage', 'acceptance', '--runtime', 'process')).toMatchObject({ status: 0 });
    });
  },
);
