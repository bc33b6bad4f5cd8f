import { expect, test } from 'vitest';
import type { Ledger, LedgerRecord } from '../ledger/index.ts';
import { LedgerWriter } from './ledger-writer.ts';

function record(runId: string): LedgerRecord {
  return {
    kind: 'run',
    runId,
    system: '',
    target: '',
    runtime: '',
    verdict: 'pass',
    commit: null,
    startedAt: '',
    durationMs: 0,
  };
}

function ledgerThat(append: (batch: readonly string[]) => Promise<void>): Ledger {
  return {
    location: '',
    append: async (records) => {
      await append(records.map(({ runId }) => runId));
      return [];
    },
    read: async () => [],
    verify: async () => [],
  };
}

test('what comes while a batch is on its way goes together in the next, in order', async () => {
  const batches: (readonly string[])[] = [];
  const writer = new LedgerWriter(
    ledgerThat(async (batch) => {
      batches.push(batch);
    }),
  );
  for (const runId of ['a', 'b', 'c']) writer.write([record(runId)]);
  await writer.written();
  expect(batches).toEqual([['a'], ['b', 'c']]);
});

test('a batch that could not be written is not forgotten, and nothing goes on behind it', async () => {
  const batches: (readonly string[])[] = [];
  const writer = new LedgerWriter(
    ledgerThat(async (batch) => {
      batches.push(batch);
      throw new Error('disk full');
    }),
  );
  writer.write([record('a')]);
  await expect(writer.written()).rejects.toThrow('disk full');
  writer.write([record('b')]);
  await expect(writer.written()).rejects.toThrow('disk full');
  expect(batches).toEqual([['a']]);
});
