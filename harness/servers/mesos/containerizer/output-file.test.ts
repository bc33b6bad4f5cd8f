import { execFileSync } from 'node:child_process';
import { appendFile, link, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../plumbing/clock.ts';
import { openOutput } from './output-file.ts';
import { OutputLimiter } from './output-limiter.ts';

describe("a task's output files", () => {
  let sandbox: string;
  let stdout: string;
  beforeEach(async () => {
    sandbox = await mkdtemp(join(tmpdir(), 'stagegate-output-'));
    stdout = join(sandbox, 'stdout');
  });
  afterEach(() => rm(sandbox, { recursive: true }));

  it('are appended to, and made when missing', async () => {
    for (const text of ['one', 'two']) {
      await using handle = await openOutput(stdout, 'append');
      await handle.write(text);
    }
    expect(await readFile(stdout, 'utf8')).toBe('onetwo');
  });

  it('are never a link, another name of a file, or a pipe that the task put there', async () => {
    await writeFile(join(sandbox, 'precious'), 'untouched');
    await symlink('precious', join(sandbox, 'symbolic'));
    await link(join(sandbox, 'precious'), join(sandbox, 'hard'));
    execFileSync('mkfifo', [join(sandbox, 'pipe')]);
    for (const name of ['symbolic', 'hard', 'pipe']) {
      await expect(openOutput(join(sandbox, name), 'append')).rejects.toThrow();
      await expect(openOutput(join(sandbox, name), 'cut')).rejects.toThrow();
    }
  });

  it('are cut at their limit without following a link where their end is kept', async () => {
    await writeFile(join(sandbox, 'precious'), 'untouched');
    await symlink('precious', `${stdout}.1`);
    await writeFile(stdout, 'beginning');
    const limiter = new OutputLimiter(systemClock, 10);
    limiter.watch(stdout);
    await appendFile(stdout, '0123456789');
    await expect.poll(() => readFile(stdout, 'utf8')).toBe('');
    expect(await readFile(`${stdout}.1`, 'utf8')).toBe('0123456789');
    expect(await readFile(join(sandbox, 'precious'), 'utf8')).toBe('untouched');
    limiter.unwatch(stdout);
  });
});
