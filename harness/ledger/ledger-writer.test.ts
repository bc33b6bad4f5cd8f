import { expect, test } from 'vitest';
import { type Ledger, type LedgerEntry, type LedgerRecord, LedgerWriter } from './index.ts';

function run(runId: string): LedgerRecord {
  return {
    kind: 'run',
    runId,
    system: 'shop',
    target: 'production',
    runtime: 'process',
    verdict: 'pass',
    commit: null,
    startedAt: '2026-11-22T12:00:00.000Z',
    durationMs: 1,
  };
}

class MemoryLedger implements Ledger {
  readonly location = 'memory';
  readonly entries: LedgerEntry[] = [];
  readonly batches: number[] = [];

  async append(records: readonly LedgerRecord[]): Promise<readonly LedgerEntry[]> {
    this.batches.push(records.length);
    return records.map((record) => ({ id: record.runId, previous: null, record, version: 2 }));
  }

  async object(): Promise<string | null> {
    return null;
  }

  async tidy(): Promise<void> {}
}

test('what is written in one turn goes in one batch, in order, and is in the state afterwards', async () => {
  const ledger = new MemoryLedger();
  const writer = new LedgerWriter(ledger);
  await Promise.all(['1', '2', '3'].map((id) => writer.append([run(id)])));
  expect(ledger.batches).toEqual([3]);
  expect(writer.state.runs.map(({ runId }) => runId)).toEqual(['1', '2', '3']);
});

test('what could not be written is an error for whoever waits for it, and not in the state', async () => {
  const ledger = new MemoryLedger();
  ledger.append = async () => {
    throw new Error('the disk is full');
  };
  const writer = new LedgerWriter(ledger);
  await expect(writer.append([run('1')])).rejects.toThrow('the disk is full');
  expect(writer.state.runs).toEqual([]);
});

test('an object is there as soon as it was handed over', async () => {
  const writer = new LedgerWriter(new MemoryLedger());
  const { objectIdOf } = await import('./index.ts');
  await writer.append([run('1')], ['[]']);
  expect(await writer.object(objectIdOf('[]'))).toBe('[]');
});
