import { once } from 'node:events';
import type { WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { openOutput } from '../output-file.ts';

const headerBytes = 8;
/** A container that does nothing but write is slowed down to this, so that the harness keeps its breath. */
const mostBytesPerTurn = 2 ** 20;
const turnMs = 25;

/** Copies a container's output to the sandbox's files until it ends. Never rejects. */
export async function copyOutput(source: Readable, sandbox: string, isTerminal: boolean): Promise<void> {
  const files: WriteStream[] = [];
  try {
    const [stdout, stderr] = await Promise.all([
      appendTo(join(sandbox, 'stdout')),
      appendTo(join(sandbox, 'stderr')),
    ]);
    files.push(stdout, stderr);
    const parts = isTerminal ? terminalParts(source) : framedParts(source);
    let turn = 0;
    for await (const { stream, bytes } of parts) {
      const file = stream === 2 ? stderr : stdout;
      if (!file.write(bytes)) await once(file, 'drain');
      turn += bytes.length;
      if (turn < mostBytesPerTurn) continue;
      turn = 0;
      await pause(turnMs);
    }
  } catch {
    // The engine went away, or the sandbox did: what was written stays.
  } finally {
    await Promise.all(files.map(closed));
    // The engine waits for a reader; what is not written down is read all the same.
    source.resume();
  }
}

interface Part {
  readonly stream: number;
  readonly bytes: Buffer;
}

async function* terminalParts(source: Readable): AsyncGenerator<Part> {
  for await (const bytes of source) yield { stream: 1, bytes };
}

/** The engine's frames: one byte for the stream, three empty ones, four for the length, and the bytes. */
async function* framedParts(source: Readable): AsyncGenerator<Part> {
  let held = Buffer.alloc(0);
  let stream = 1;
  let left = 0;
  for await (const chunk of source) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      if (left > 0) {
        const bytes = held.subarray(0, left);
        if (bytes.length === 0) break;
        left -= bytes.length;
        held = held.subarray(bytes.length);
        yield { stream, bytes };
      } else {
        if (held.length < headerBytes) break;
        stream = held.readUInt8(0);
        left = held.readUInt32BE(4);
        held = held.subarray(headerBytes);
      }
    }
  }
}

async function appendTo(file: string): Promise<WriteStream> {
  const stream = (await openOutput(file, 'append')).createWriteStream();
  stream.on('error', () => {});
  return stream;
}

async function closed(stream: WriteStream): Promise<void> {
  if (stream.destroyed) return;
  await new Promise<void>((resolve) => stream.end(resolve));
}
