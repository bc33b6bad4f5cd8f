import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf, isRunning } from '../plumbing/process-identity.ts';

/** A checkout with the real bootstrap, one package to install that needs no network, and a command line of three lines. */
let root: string;
const demo = { name: 'demo', version: '1.0.0', type: 'module', workspaces: ['lib'] };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stagegate-bootstrap-'));
  cpSync(import.meta.dirname, join(root, 'harness', 'bootstrap'), { recursive: true });
  write('package.json', JSON.stringify(demo));
  write('lib/package.json', JSON.stringify({ name: 'lib', version: '1.0.0' }));
  lock({ 'node_modules/lib': { resolved: 'lib', link: true }, lib: { version: '1.0.0' } });
  command('console.log("args", ...process.argv.slice(2)); process.exitCode = 4;');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, content: string): void {
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), content);
}

function lock(packages: object): void {
  const own = { name: 'demo', version: '1.0.0', workspaces: ['lib'] };
  const content = { name: 'demo', version: '1.0.0', lockfileVersion: 3, packages: { '': own, ...packages } };
  write('package-lock.json', JSON.stringify(content));
}

function command(source: string): void {
  write('harness/cli/main.ts', source);
}

function start(env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [join(root, 'harness/bootstrap/stagegate.mjs'), 'a', 'b'], {
    env: { PATH: process.env.PATH, HOME: join(root, 'home'), ...env },
  });
}

async function run(env?: NodeJS.ProcessEnv): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(env);
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

/** Resolves to the command's pid, which it prints as its first line. */
async function pidOf(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('its output is not read');
  const [line] = await once(createInterface(child.stdout), 'line');
  return Number(line);
}

async function ended(pid: number): Promise<void> {
  await expect.poll(() => isRunning(identityOf(pid)), { timeout: 10_000 }).toBe(false);
}

const installs = 'stagegate: Installing the locked packages, once …\n';

test('the first start installs and says so in one line; the second does nothing and says nothing', async () => {
  expect(await run()).toEqual({ code: 4, out: 'args a b\n', err: installs });
  expect(await run()).toEqual({ code: 4, out: 'args a b\n', err: '' });
});

test('an install that was cut short, or another lock file, is installed again', async () => {
  await run();
  rmSync(join(root, 'node_modules/.package-lock.json'));
  expect((await run()).err).toBe(installs);
  write('lib/package.json', JSON.stringify({ name: 'lib', version: '1.1.0' }));
  lock({ 'node_modules/lib': { resolved: 'lib', link: true }, lib: { version: '1.1.0' } });
  expect((await run()).err).toBe(installs);
  expect((await run()).err).toBe('');
});

test('of two first starts at once one installs, and the other waits for it', async () => {
  const runs = await Promise.all([run(), run(), run()]);
  expect(runs.map(({ code }) => code)).toEqual([4, 4, 4]);
  expect(runs.filter(({ err }) => err.includes(installs))).toHaveLength(1);
});

test('the lock of an installer that died is taken over', async () => {
  write('.stagegate/install.lock', `${process.pid} 1`);
  const { code, err } = await run();
  expect(code).toBe(4);
  expect(err).toContain(installs);
});

test('without a reachable registry it says so plainly and ends with 3', async () => {
  const integrity = `sha512-${Buffer.alloc(64, 1).toString('base64')}`;
  write(
    'package.json',
    JSON.stringify({ name: 'demo', version: '1.0.0', dependencies: { nowhere: '1.0.0' } }),
  );
  write(
    'package-lock.json',
    JSON.stringify({
      name: 'demo',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'demo', version: '1.0.0', dependencies: { nowhere: '1.0.0' } },
        'node_modules/nowhere': { version: '1.0.0', integrity },
      },
    }),
  );
  const { code, out, err } = await run({ npm_config_registry: 'http://127.0.0.1:9/' });
  expect({ code, out }).toEqual({ code: 3, out: '' });
  expect(err).toContain("npm's package registry could not be reached.");
  expect(err).not.toContain('    at ');
});

test('a signal reaches the command once, and its exit code comes back', async () => {
  command(`
    let got = 0;
    process.on('SIGINT', () => { got += 1; setTimeout(() => { console.log('got', got); process.exit(130); }, 600); });
    setInterval(() => {}, 60_000);
    console.log(process.pid);`);
  const child = start();
  let out = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  await pidOf(child);
  // As a terminal and npm do, both for one Ctrl-C.
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  expect(out).toContain('got 1');
});

test.for(['SIGINT', 'SIGKILL'] as const)('%s to npm alone ends the command too', async (signal) => {
  command(`
    process.on('SIGINT', () => process.exit(130));
    setInterval(() => {}, 60_000);
    console.log(process.pid);`);
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const { stagegate } = scripts;
  write('package.json', JSON.stringify({ ...demo, scripts: { stagegate } }));
  const npm = spawn('npm', ['run', '--silent', 'stagegate'], {
    cwd: root,
    // As its own group: nobody else passes the signal on.
    detached: true,
    env: { PATH: process.env.PATH, HOME: join(root, 'home') },
  });
  const pid = await pidOf(npm);
  npm.kill(signal);
  await once(npm, 'close');
  await ended(pid);
});

test('a command does not outlive a bootstrap that was killed', async () => {
  command('setInterval(() => {}, 60_000); console.log(process.pid);');
  const child = start();
  const pid = await pidOf(child);
  child.kill('SIGKILL');
  await ended(pid);
});

test('a command that was killed has its run swept at once', async () => {
  cpSync(join(import.meta.dirname, '../reaper'), join(root, 'harness/reaper'), { recursive: true });
  cpSync(join(import.meta.dirname, '../plumbing'), join(root, 'harness/plumbing'), { recursive: true });
  cpSync(join(import.meta.dirname, '../model'), join(root, 'harness/model'), { recursive: true });
  command(`
    import { spawn } from 'node:child_process';
    import { claimRun } from '../reaper/index.ts';
    const { temporaryFolder } = await claimRun(${JSON.stringify(root)});
    console.error(temporaryFolder);
    console.log(spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).pid);
    process.kill(process.pid, 'SIGKILL');`);
  const child = start();
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const task = await pidOf(child);
  expect(await once(child, 'close')).toEqual([3, null]);
  expect(said).toContain('ended by signal 9 before it had an answer');
  expect(isRunning(identityOf(task))).toBe(false);
  const folder = said.split('\n').find((line) => line.startsWith(tmpdir())) ?? '';
  expect(folder).toContain('stagegate-');
  expect(existsSync(folder)).toBe(false);
});
