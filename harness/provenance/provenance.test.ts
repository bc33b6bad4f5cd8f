import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import type { BuiltArtifact } from '../ledger/index.ts';
import { makePack, provenanceOf, verifyPack } from './index.ts';

const artifact: BuiltArtifact = {
  service: 'orders',
  version: '1.0.0+g1234567',
  digest: `sha256:${'a'.repeat(64)}`,
  runtime: 'process',
  location: '/b',
  bytes: 1,
  commit: '1234567',
  builtAt: '2026-11-25T12:00:00.000Z',
  runId: 'r',
  fingerprint: 'f',
};
const key = generateKeyPairSync('ed25519');
const contents = {
  statements: new Map([['orders.provenance', provenanceOf(artifact)]]),
  files: new Map([['ledger.jsonl', '{"id":"1"}\n']]),
};

test('a pack is the same bytes for the same evidence, and its key verifies it', async () => {
  const pack = await makePack(contents, key);
  expect((await makePack(contents, key)).equals(pack)).toBe(true);
  expect(await verifyPack(pack, key.publicKey)).toMatchObject({
    kind: 'sound',
    statements: [{ predicateType: 'https://slsa.dev/provenance/v1', subject: [{ name: 'orders' }] }],
  });
  expect(await verifyPack(pack, generateKeyPairSync('ed25519').publicKey)).toMatchObject({ kind: 'unsound' });
});

test('one flipped bit anywhere in a pack does not verify', async () => {
  const pack = await makePack(contents, key);
  const missed: number[] = [];
  for (let at = 0; at < pack.length; at += 7) {
    const flipped = Buffer.from(pack);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    if ((await verifyPack(flipped, key.publicKey)).kind === 'sound') missed.push(at);
  }
  expect(missed).toEqual([]);
});

test('a file that was added or taken out is named', async () => {
  const more = { ...contents, files: new Map([...contents.files, ['notes.txt', 'x']]) };
  const other = await makePack(more, generateKeyPairSync('ed25519'));
  expect(await verifyPack(other, key.publicKey)).toMatchObject({ kind: 'unsound' });
  expect(await verifyPack(Buffer.from('no archive at all'), key.publicKey)).toMatchObject({
    kind: 'unsound',
  });
});

test('tar, jq and openssl verify a statement without stagegate', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stagegate-pack-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'pack.tar'), await makePack(contents, key));
  await writeFile(join(folder, 'key.pub'), key.publicKey.export({ type: 'spki', format: 'pem' }));
  const script = `set -e
    tar xf pack.tar
    f=statements/orders.provenance.dsse.json
    field() { sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p" $f; }
    field payload | base64 -d > payload
    field sig | base64 -d > sig
    type=$(field payloadType)
    { printf 'DSSEv1 %d %s %d ' "\${#type}" "$type" "$(wc -c < payload)"; cat payload; } > covered
    openssl pkeyutl -verify -rawin -pubin -inkey key.pub -in covered -sigfile sig`;
  const told = await execa('sh', ['-c', script], { cwd: folder, reject: false });
  expect(told).toMatchObject({ exitCode: 0, stdout: 'Signature Verified Successfully' });
});
