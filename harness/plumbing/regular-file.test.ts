import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotRegularFileError, openRegularFile, readRegularFile } from './regular-file.ts';

describe('openRegularFile', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stagegate-regular-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('opens files, also through links', async () => {
    await writeFile(join(folder, 'file'), 'content');
    execFileSync('ln', ['-s', 'file', join(folder, 'link')]);
    await using handle = await openRegularFile(join(folder, 'link'));
    expect(await handle.readFile('utf8')).toBe('content');
  });

  it('refuses a named pipe at once, however often it is asked', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const attempts = Array.from({ length: 8 }, () => openRegularFile(join(folder, 'pipe')));
    const results = await Promise.allSettled(attempts);
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'NotRegularFileError' } });
    }
  });

  it('names what stands there instead', async () => {
    const server = createServer().listen(join(folder, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    await expect(openRegularFile(join(folder, 'socket'))).rejects.toThrow(/is a socket, not a regular file/);
    server.close();
    await expect(openRegularFile(folder)).rejects.toThrow(/is a directory/);
    await expect(openRegularFile('/dev/zero')).rejects.toBeInstanceOf(NotRegularFileError);
    await expect(openRegularFile('/dev/zero')).rejects.toThrow(/is a device/);
  });

  it('reads no more than it is told to', async () => {
    await writeFile(join(folder, 'large'), 'x'.repeat(11));
    expect(await readRegularFile(join(folder, 'large'), 11)).toHaveLength(11);
    await expect(readRegularFile(join(folder, 'large'), 10)).rejects.toThrow('at most 10 are read');
  });
});
