import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm, symlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { pathInside } from './inside.ts';

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly compressedSize: number;
  readonly mode: number;
  readonly headerOffset: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const stored = 0;
const deflated = 8;
const linkMode = 0o120000;
const typeMask = 0o170000;

/** Unpacks stored and deflated entries, as the usual programs write them; neither encrypted ones nor those over 4 GiB. */
export async function extractZip(file: string, directory: string): Promise<void> {
  const handle = await open(file);
  try {
    for (const entry of await readDirectory(handle)) await extractEntry(handle, entry, directory);
  } finally {
    await handle.close();
  }
}

async function readDirectory(handle: FileHandle): Promise<readonly ZipEntry[]> {
  const { size } = await handle.stat();
  // The end record is 22 bytes and a comment of at most 64 KiB.
  const tail = await readAt(handle, Math.max(0, size - 65_557), Math.min(size, 65_557));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end--;
  if (end < 0) throw new Error('not a zip archive: its end record is missing');
  const count = tail.readUInt16LE(end + 10);
  const directory = await readAt(handle, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== entrySignature) {
      throw new Error('damaged zip archive: its directory is cut off');
    }
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      method: directory.readUInt16LE(at + 10),
      compressedSize: directory.readUInt32LE(at + 20),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      headerOffset: directory.readUInt32LE(at + 42),
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function extractEntry(handle: FileHandle, entry: ZipEntry, directory: string): Promise<void> {
  const target = await pathInside(directory, entry.name);
  if (entry.name.endsWith('/')) {
    await mkdir(target, { recursive: true });
    return;
  }
  if (entry.method !== stored && entry.method !== deflated) {
    throw new Error(`'${entry.name}' uses compression method ${entry.method}, which is not supported`);
  }
  const header = await readAt(handle, entry.headerOffset, 30);
  if (header.readUInt32LE(0) !== localSignature) throw new Error(`damaged zip archive at '${entry.name}'`);
  const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const data = entry.compressedSize === 0 ? Readable.from([]) : dataOf(handle, start, entry.compressedSize);
  const content = entry.method === deflated ? data.pipe(createInflateRaw()) : data;
  await rm(target, { force: true });
  if ((entry.mode & typeMask) === linkMode) await symlink((await buffer(content)).toString(), target);
  else await pipeline(content, createWriteStream(target, { mode: entry.mode & 0o777 || 0o644 }));
}

function dataOf(handle: FileHandle, start: number, length: number): Readable {
  return handle.createReadStream({ start, end: start + length - 1, autoClose: false });
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer: bytes, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new Error('damaged zip archive: it is cut off');
  return bytes;
}
