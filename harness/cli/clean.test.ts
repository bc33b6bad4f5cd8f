import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type LedgerRecord, openLedger } from '../ledger/index.ts';
import type { Digest } from '../model/index.ts';
import { Project } from './rig.ts';

const at = '2026-11-25T12:00:00.000Z';
const digestOf = (text: string): Digest => `sha256:${text.repeat(64)}`;

function promoted(text: string): LedgerRecord {
  const about = { runId: 'r', service: 'orders', environment: 'production', version: text, at };
  return { kind: 'promotion', ...about, digest: digestOf(text) };
}

test('clean keeps what an environment has and what its rollback would bring back, and frees the rest', async () => {
  const project = await Project.create();
  onTestFinished(() => project[Symbol.asyncDispose]());
  await (await openLedger(project.root)).append(['a', 'b', 'c'].map(promoted));
  const folder = '.stagegate/artifacts';
  const old = new Date(Date.now() - 7_200_000);
  for (const text of ['a', 'b', 'c', 'd']) {
    const file = `${folder}/${text.repeat(64)}.tar.gz`;
    await project.write(file, 'bundle');
    await utimes(join(project.root, file), old, old);
  }
  // Somebody builds it just now.
  await project.write(`${folder}/${'e'.repeat(64)}.tar.gz`, 'bundle');
  const told = await project.stagegate('clean', '--json');
  expect(told.exitCode).toBe(0);
  expect(JSON.parse(told.stdout)).toMatchObject({ bytes: 12 });
  const kept = (await project.filesIn(folder)).map((name) => name[0]).toSorted();
  expect(kept).toEqual(['b', 'c', 'e']);
});

test('doctor says what it found and what to do, and exits with 1 where something is wrong', async () => {
  const project = await Project.create();
  onTestFinished(() => project[Symbol.asyncDispose]());
  const told = await project.stagegate('doctor', '--json');
  const { found } = JSON.parse(told.stdout) as {
    found: { what: string; isWell: boolean; advice?: string }[];
  };
  expect(found.find(({ what }) => what === 'git')).toMatchObject({
    isWell: false,
    advice: expect.stringContaining('git init'),
  });
  expect(told.exitCode).toBe(1);
});
