import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BundleRecipe } from '../model/index.ts';
import { buildService } from './index.ts';

let root: string;
const { signal } = new AbortController();

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stagegate-builders-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function write(file: string, text: string): Promise<void> {
  const path = join(root, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Builds `services/hello` and unpacks the bundle; resolves to the folder. */
async function built(bundle: BundleRecipe): Promise<string> {
  const { bundle: file } = await build(bundle);
  const folder = join(root, 'unpacked');
  await mkdir(folder);
  execFileSync('tar', ['--extract', '--gzip', '--file', file ?? '', '--directory', folder]);
  return folder;
}

function build(bundle: BundleRecipe) {
  const recipe = { bundle, image: { kind: 'bundle', base: 'debian' } } as const;
  const service = {
    name: 'hello',
    path: join(root, 'services/hello'),
    recipe,
    start: './x',
    imageStart: null,
  };
  return buildService(service, { root, runtime: 'process', signal });
}

test('a command leaves its program in the folder it is told, with mode and links', async () => {
  await write('services/hello/main.sh', 'echo hello\n');
  const run =
    'cp main.sh "$STAGEGATE_OUTPUT/hello" && chmod 755 "$STAGEGATE_OUTPUT/hello" && ln -s hello "$STAGEGATE_OUTPUT/alias"';
  const folder = await built({ kind: 'command', run, output: null });
  expect(execFileSync(join(folder, 'hello'), { encoding: 'utf8', shell: true })).toBe('hello\n');
  expect(await readlink(join(folder, 'alias'))).toBe('hello');
});

test('a build writes nothing into the service, whatever it does in its folder', async () => {
  await write('services/hello/main.sh', 'echo hello\n');
  await built({ kind: 'command', run: 'rm main.sh; mkdir out; echo 1 > out/made', output: 'out' });
  expect(await readdir(join(root, 'services/hello'))).toEqual(['main.sh']);
});

test('what lies beside the service is found where it is expected', async () => {
  await write('services/hello/x', '');
  await write('shared/words.txt', 'hello\n');
  const folder = await built({
    kind: 'command',
    run: 'mkdir out && cp ../../shared/words.txt out/',
    output: 'out',
  });
  expect(await readFile(join(folder, 'words.txt'), 'utf8')).toBe('hello\n');
});

test('static files come with a server that keeps to their folder', async () => {
  await write('services/hello/public/index.html', '<h1>hello</h1>');
  const folder = await built({ kind: 'static', run: null, output: 'public' });
  expect(await readdir(folder)).toEqual(['.stagegate-server.mjs', 'public']);
});

test('a Python service without requirements is its files, without what its tools left', async () => {
  await write('services/hello/app.py', 'print("hello")\n');
  await write('services/hello/__pycache__/app.pyc', '');
  await write('services/hello/.env', 'PASSWORD=hush');
  const folder = await built({ kind: 'python', run: null, requirements: 'requirements.txt' });
  expect(await readdir(folder)).toEqual(['app.py']);
});

describe('a Node service', () => {
  const recipe = { kind: 'node', run: null, output: null } as const;
  const install = (at: string, name: string, version: string, dependencies = {}): Promise<void> =>
    write(`${at}/node_modules/${name}/package.json`, JSON.stringify({ name, version, dependencies }));
  const versionOf = async (file: string): Promise<unknown> =>
    JSON.parse(await readFile(file, 'utf8')).version;

  test('brings its production packages, from the workspace and from links, each in the version it is given', async () => {
    await write(
      'services/hello/package.json',
      '{ "dependencies": { "a": "1", "c": "1" }, "devDependencies": { "d": "1" } }',
    );
    await install('.', 'a', '1.0.0', { b: '1' });
    await install('.', 'b', '1.0.0');
    await install('.', 'd', '1.0.0');
    await install('services/hello', 'b', '2.0.0');
    // As pnpm installs: the package lies elsewhere and is linked.
    await install('store/c', 'c', '1.0.0', { b: '2' });
    await symlink(join(root, 'store/c/node_modules/c'), join(root, 'services/hello/node_modules/c'));
    await install('store/c/node_modules/c', 'b', '2.0.0');
    const modules = join(await built(recipe), 'node_modules');
    expect((await readdir(modules)).sort()).toEqual(['a', 'b', 'c']);
    expect(await versionOf(join(modules, 'b/package.json'))).toBe('1.0.0');
    expect(await versionOf(join(modules, 'c/node_modules/b/package.json'))).toBe('2.0.0');
  });

  test('whose packages are not installed says which, and what to run', async () => {
    await write('services/hello/package.json', '{ "dependencies": { "nowhere": "1" } }');
    await expect(build(recipe)).rejects.toMatchObject({
      code: 'SG_BUILD_FAILED',
      message: expect.stringMatching(/nowhere: not installed.*run npm install in/s),
    });
  });
});

test.each([
  ['./main.go:5:2: undefined: foo\n', 'exit 1', './main.go:5:2: undefined: foo'],
  [
    'compiling\nsrc/a.ts(3,5): error TS2304: no foo\nnpm error code 1\n',
    'exit 2',
    'src/a.ts(3,5): error TS2304: no foo',
  ],
  [
    'starting\n✘ [ERROR] Could not resolve "x"\n    at launcher (a.js:1:1)\n',
    'exit 1',
    '✘ [ERROR] Could not resolve "x"',
  ],
  ['0 errors\nsomething odd\n', 'exit 1', 'something odd'],
])('a failed build that prints %j names its reason first', async (printed, end, reason) => {
  await write('services/hello/printed', printed);
  await expect(build({ kind: 'command', run: `cat printed; ${end}`, output: 'out' })).rejects.toMatchObject({
    message: expect.stringMatching(new RegExp(`^hello: ${RegExp.escape(reason)}\n`)),
  });
});

test('an archive of somebody else is taken by its digest, and refused with another', async () => {
  await write('services/hello/x', '');
  const { bundle, artifact } = await build({ kind: 'files' });
  const file = bundle ?? '';
  await chmod(file, 0o644);
  const taken = await build({ kind: 'archive', file, digest: artifact.digest });
  expect(taken.artifact.digest).toBe(artifact.digest);
  await expect(build({ kind: 'archive', file, digest: `sha256:${'0'.repeat(64)}` })).rejects.toMatchObject({
    code: 'SG_BUILD_FAILED',
  });
});

test('a service may be the whole project; what is about testing it is not in its artifact', async () => {
  await write('main.sh', 'echo hello\n');
  await write('suites/unit/a.test.ts', '');
  await write('stagegate.config.ts', '');
  const recipe = { bundle: { kind: 'files' }, image: { kind: 'bundle', base: 'debian' } } as const;
  const service = { name: 'hello', path: root, recipe, start: './main.sh', imageStart: null };
  const { bundle } = await buildService(service, { root, runtime: 'process', signal });
  const names = execFileSync('tar', ['--list', '--file', bundle ?? ''], { encoding: 'utf8' });
  expect(names.trim().split('\n')).toEqual(['main.sh']);
});
