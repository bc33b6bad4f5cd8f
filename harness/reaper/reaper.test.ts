import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf, isRunning } from '../plumbing/process-identity.ts';
import { claimRun, sweepDeadRuns } from './index.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stagegate-reaper-'));
});

afterEach(() => {
  delete process.env.STAGEGATE_RUN;
  rmSync(root, { recursive: true, force: true });
});

/** A process that claims a run and starts a child that would live on; resolves once both stand. */
async function startRun(): Promise<{ id: string; kill(): Promise<void>; child: number }> {
  const script = `
    import { spawn } from 'node:child_process';
    import { claimRun } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    const claim = await claimRun(${JSON.stringify(root)});
    const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    console.log(JSON.stringify({ id: claim.id, child: child.pid }));
    setInterval(() => {}, 60_000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(owner.stdout), 'line');
  return {
    ...JSON.parse(String(line)),
    kill: async () => {
      owner.kill('SIGKILL');
      await once(owner, 'exit');
    },
  };
}

test('what a killed run left is gone after the next sweep: its process, its folders', async () => {
  const run = await startRun();
  const child = identityOf(run.child);
  await run.kill();
  expect(isRunning(child)).toBe(true);

  expect(await sweepDeadRuns(root)).toEqual([{ runId: run.id, processes: 1, containers: 0, networks: 0 }]);

  expect(isRunning(child)).toBe(false);
  expect(await readdir(join(root, '.stagegate', 'runs'))).toEqual([]);
  expect(existsSync(join(tmpdir(), `stagegate-${run.id}`))).toBe(false);
});

test('what a suite started and left ends with its run; what this process still works with does not', async () => {
  const claim = await claimRun(root);
  // Children get the marker from the environment, as those of a test worker do.
  const worker = spawn('sh', ['-c', 'sleep 600 >/dev/null & echo $!'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(worker.stdout), 'line');
  await once(worker, 'close');
  const left = identityOf(Number(line));
  const ours = spawn('sleep', ['600'], { stdio: 'ignore' });
  expect(isRunning(left)).toBe(true);
  await claim[Symbol.asyncDispose]();
  expect(isRunning(left)).toBe(false);
  expect(ours.kill()).toBe(true);
  expect(await once(ours, 'exit')).toEqual([null, 'SIGTERM']);
});

test('a live run is not touched by another that starts beside it', async () => {
  const run = await startRun();
  const child = identityOf(run.child);
  await using claim = await claimRun(root);
  expect(claim.swept).toEqual([]);
  expect(isRunning(child)).toBe(true);
  expect(await readdir(join(root, '.stagegate', 'runs'))).toContain(run.id);
  await run.kill();
  expect((await sweepDeadRuns(root)).map(({ runId }) => runId)).toEqual([run.id]);
});

test('two sweeps at once leave nothing, and neither fails', async () => {
  const run = await startRun();
  const child = identityOf(run.child);
  await run.kill();
  await Promise.all([sweepDeadRuns(root), sweepDeadRuns(root)]);
  expect(isRunning(child)).toBe(false);
  expect(await readdir(join(root, '.stagegate', 'runs'))).toEqual([]);
});

test('a later process with the pid of a dead owner does not keep the dead run alive', async () => {
  const folder = join(root, '.stagegate', 'runs', 'old');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'owner.json'), JSON.stringify({ ...identityOf(), startedAt: '1' }));
  expect((await sweepDeadRuns(root)).map(({ runId }) => runId)).toEqual(['old']);
});

test("a run of another host, or one that is just being opened, is somebody else's", async () => {
  const runs = join(root, '.stagegate', 'runs');
  await mkdir(join(runs, 'elsewhere'), { recursive: true });
  const stranger = { ...identityOf(), startedAt: '1', hostname: 'another-host' };
  await writeFile(join(runs, 'elsewhere', 'owner.json'), JSON.stringify(stranger));
  await mkdir(join(runs, 'new.opening'));
  expect(await sweepDeadRuns(root)).toEqual([]);
  expect(await readdir(runs)).toEqual(['elsewhere', 'new.opening']);
});

test('disposing a claim removes its folders; its marker was inherited by every process started meanwhile', async () => {
  const claim = await claimRun(root);
  expect(existsSync(claim.folder)).toBe(true);
  const child = spawn(process.execPath, ['--print', 'process.env.STAGEGATE_RUN']);
  const [said] = await once(child.stdout, 'data');
  expect(String(said).trim()).toBe(claim.id);
  await claim[Symbol.asyncDispose]();
  expect(existsSync(claim.folder)).toBe(false);
  expect(existsSync(claim.temporaryFolder)).toBe(false);
});
