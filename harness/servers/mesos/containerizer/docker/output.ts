import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

const headerBytes = 8;
/** A container that does nothing but write is slowed down to this, so that the harness keeps its breath. */
const mostBytesPerTurn = 2 ** 20;
const turnMs = 25;

/** Copies a container's output to the sandbox's files until it ends. Never rejects. */
export async function copyOutput(source: Readable, sandbox: string, isTerminal: boolean): Promise<void> {
  const files = { 1: appendTo(join(sandbox, 'stdout')), 2: appendTo(join(sandbox, 'stderr')) };
  try {
    const parts = isTerminal ? terminalParts(source) : framedParts(source);
    let turn = 0;
    for await (const { stream, bytes } of parts) {
      const file = stream === 2 ? files[2] : files[1];
      if (!file.write(bytes)) await once(file, 'drain');
      turn += bytes.length;
      if (turn < mostBytesPerTurn) continue;
      turn = 0;
      await pause(turnMs);
    }
  } catch {
    // The engine went away, or the sandbox did: what was written stays.
  } finally {
    await Promise.all([closed(files[1]), closed(files[2])]);
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

function appendTo(file: string): WriteStream {
  const stream = createWriteStream(file, { flags: 'a' });
  stream.on('error', () => {});
  return stream;
}

async function closed(stream: WriteStream): Promise<void> {
  if (stream.destroyed) return;
  await new Promise<void>((resolve) => stream.end(resolve));
}
