import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGzip, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandUri } from '../../v1.ts';
import { Fetcher } from './fetcher.ts';

let folder: string;
let sandbox: string;
let fetcher: Fetcher;
let server: Server | undefined;
let asked: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagegate-fetcher-'));
  sandbox = join(folder, 'sandbox');
  await mkdir(sandbox);
  fetcher = new Fetcher(join(folder, 'cache'));
  asked = [];
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

const fetchAll = (...uris: CommandUri[]): Promise<void> =>
  fetcher.fetch(uris, sandbox, new AbortController().signal);
const inSandbox = (name: string): Promise<string> => readFile(join(sandbox, name), 'utf8');

/** A folder with `app/run.sh` (executable) and a link to it, packed by the program that people use. */
async function packed(name: string, program: string, ...options: string[]): Promise<string> {
  const source = join(folder, 'source');
  await mkdir(join(source, 'app'), { recursive: true });
  await writeFile(join(source, 'app/run.sh'), 'echo run');
  await chmod(join(source, 'app/run.sh'), 0o755);
  execFileSync('ln', ['-sf', 'run.sh', join(source, 'app/link')]);
  const archive = join(folder, name);
  execFileSync(program, [...options, archive, 'app'], { cwd: source });
  return archive;
}

async function serve(routes: Readonly<Record<string, Buffer | string>>): Promise<string> {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const body = routes[request.url ?? ''];
    if (body === undefined) response.writeHead(404).end();
    else response.end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the fetcher', () => {
  it.each([
    ['app.tar', 'tar', '-cf'],
    ['app.tar.gz', 'tar', '-czf'],
    ['app.tgz', 'tar', '-czf'],
    ['app.tar.bz2', 'tar', '-cjf'],
    ['app.tar.xz', 'tar', '-cJf'],
    ['app.zip', 'python3', '-m', 'zipfile', '-c'],
  ])('unpacks %s and keeps the archive beside it', async (name, program, ...options) => {
    const archive = await packed(name, program, ...options);
    await fetchAll({ value: `file://${archive}` });
    expect(await inSandbox('app/run.sh')).toBe('echo run');
    if (program === 'tar') {
      expect((await stat(join(sandbox, 'app/run.sh'))).mode & 0o777).toBe(0o755);
      expect((await lstat(join(sandbox, 'app/link'))).isSymbolicLink()).toBe(true);
    }
    expect((await stat(join(sandbox, name))).isFile()).toBe(true);
  });

  it('leaves archives alone when told so, and names files as told', async () => {
    const archive = await packed('app.tar.gz', 'tar', '-czf');
    await fetchAll({ value: archive, extract: false, output_file: 'lib/app.tar.gz' });
    expect((await stat(join(sandbox, 'lib/app.tar.gz'))).isFile()).toBe(true);
    await expect(stat(join(sandbox, 'app'))).rejects.toThrow('ENOENT');
  });

  it('makes programs executable', async () => {
    await writeFile(join(folder, 'tool'), '#!/bin/sh\n');
    await fetchAll({ value: join(folder, 'tool'), executable: true });
    expect((await stat(join(sandbox, 'tool'))).mode & 0o111).toBe(0o111);
  });

  it('gets files over HTTP, and unpacks them too', async () => {
    const archive = await readFile(await packed('app.tar.gz', 'tar', '-czf'));
    const base = await serve({ '/app.tar.gz': archive, '/notes.gz': gzipSync('notes') });
    await fetchAll({ value: `${base}/app.tar.gz` }, { value: `${base}/notes.gz` });
    expect(await inSandbox('app/run.sh')).toBe('echo run');
    expect(await inSandbox('notes')).toBe('notes');
  });

  it('downloads a cached address once for all who ask, side by side', async () => {
    const base = await serve({ '/data': 'once' });
    const uri = { value: `${base}/data`, cache: true };
    await Promise.all([fetchAll(uri), fetchAll({ ...uri, output_file: 'copy' })]);
    await fetchAll({ ...uri, output_file: 'later' });
    expect(await inSandbox('later')).toBe('once');
    expect(asked).toEqual(['/data']);
  });

  it.each([
    ['a file that is not there', 'file:///no/such/file', /\/no\/such\/file/],
    ['a scheme it does not know', 'ftp://127.0.0.1/x', /only file, http and https/],
    ['a folder', '/tmp', /directory/],
  ])('fails for %s, naming it', async (_what, value, message) => {
    await expect(fetchAll({ value })).rejects.toThrow(message);
  });

  it('fails by the status of a server that refuses', async () => {
    await expect(fetchAll({ value: `${await serve({})}/x` })).rejects.toThrow('the server answered 404');
  });

  it('fails for a damaged archive', async () => {
    await writeFile(join(folder, 'bad.tar.gz'), 'this is no archive');
    await expect(fetchAll({ value: join(folder, 'bad.tar.gz') })).rejects.toThrow('bad.tar.gz');
    await writeFile(join(folder, 'bad.zip'), 'this is no archive');
    await expect(fetchAll({ value: join(folder, 'bad.zip') })).rejects.toThrow('Either not a zip file');
  });

  it.each([
    ['a name with ..', () => [{ name: '../outside', content: 'x' }]],
    ['an absolute name', () => [{ name: join(folder, 'outside'), content: 'x' }]],
    [
      'a link that leads out and a file behind it',
      () => [
        { name: 'out', link: folder },
        { name: 'out/outside', content: 'x' },
      ],
    ],
    [
      'a link to a link that leads out',
      () => [
        { name: 'up', link: '..' },
        { name: 'out', link: 'up/../up' },
        { name: 'out/outside', content: 'x' },
      ],
    ],
  ])('does not let an archive write outside of the sandbox by %s', async (_what, entries) => {
    const archive = pack();
    for (const entry of entries()) {
      if ('link' in entry) archive.entry({ name: entry.name, type: 'symlink', linkname: entry.link });
      else archive.entry({ name: entry.name }, entry.content);
    }
    archive.finalize();
    await writeFile(join(folder, 'evil.tar.gz'), await buffer(archive.pipe(createGzip())));
    await expect(fetchAll({ value: join(folder, 'evil.tar.gz') })).rejects.toThrow(
      /leads out of the sandbox|goes through the link/,
    );
    await expect(stat(join(folder, 'outside'))).rejects.toThrow('ENOENT');
  });

  it('goes through no link that an earlier archive made, in a folder or at the end of a name', async () => {
    await writeFile(join(folder, 'precious'), 'untouched');
    await mkdir(join(folder, 'links'));
    execFileSync('ln', ['-s', folder, join(folder, 'links/out')]);
    execFileSync('ln', ['-s', join(folder, 'precious'), join(folder, 'links/file')]);
    execFileSync('tar', ['-C', join(folder, 'links'), '-cf', join(folder, 'links.tar'), '.']);
    await mkdir(join(folder, 'files/out'), { recursive: true });
    await writeFile(join(folder, 'files/out/precious'), 'x');
    execFileSync('tar', ['-C', join(folder, 'files'), '-cf', join(folder, 'files.tar'), 'out/precious']);
    const zip = `import zipfile; zipfile.ZipFile('../files.zip', 'w').write('out/precious')`;
    execFileSync('python3', ['-c', zip], { cwd: join(folder, 'files') });
    const links = { value: join(folder, 'links.tar') };
    for (const second of ['files.tar', 'files.zip']) {
      await expect(fetchAll(links, { value: join(folder, second) })).rejects.toThrow(
        "goes through the link 'out'",
      );
    }
    await fetchAll(links, { value: '/etc/hostname', output_file: 'file' });
    expect((await lstat(join(sandbox, 'file'))).isFile()).toBe(true);
    expect(await readFile(join(folder, 'precious'), 'utf8')).toBe('untouched');
  });

  it('unpacks what "tar -C folder ." packs, whose entries start with ./', async () => {
    await packed('unused.tar', 'tar', '-cf');
    execFileSync('tar', ['-C', join(folder, 'source'), '-czf', join(folder, 'dot.tgz'), '.']);
    await fetchAll({ value: join(folder, 'dot.tgz') });
    expect(await inSandbox('app/run.sh')).toBe('echo run');
  });

  it('gives no file the rights of its owner to others', async () => {
    const archive = pack();
    archive.entry({ name: 'tool', mode: 0o6755 }, 'x');
    archive.finalize();
    await writeFile(join(folder, 'setuid.tar'), await buffer(archive));
    await fetchAll({ value: join(folder, 'setuid.tar') });
    expect((await stat(join(sandbox, 'tool'))).mode & 0o7777).toBe(0o755);
  });

  it('fetches regular files only, and waits for no pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.tar')]);
    for (let attempt = 0; attempt < 6; attempt++) {
      await expect(fetchAll({ value: join(folder, 'pipe.tar') })).rejects.toThrow('a named pipe');
    }
    await expect(fetchAll({ value: '/dev/zero' })).rejects.toThrow('a device');
  });

  it('does not let a task name a file outside of its sandbox', async () => {
    await expect(fetchAll({ value: '/etc/hostname', output_file: '../x' })).rejects.toThrow('leads out');
  });

  it('stops when it is told to', async () => {
    server = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    const stop = new AbortController();
    const value = `http://127.0.0.1:${(server.address() as AddressInfo).port}/never`;
    const fetching = fetcher.fetch([{ value }], sandbox, stop.signal);
    stop.abort(new Error('killed'));
    await expect(fetching).rejects.toThrow('killed');
  });
});
