import type { Config } from '../config/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { RunRecord, TestCase } from '../model/index.ts';
import { casesOfRecordedRun, recordedRun } from './recorded-run.ts';

/** A run's record from the ledger, with the test cases that lie beside it. Null when the ledger has no such run. */
export async function readRecordedRun(
  config: Config,
  ledger: Pick<Ledger, 'entries' | 'object'>,
  runId: string,
): Promise<RunRecord | null> {
  const { entries } = ledger;
  const cases = await Promise.all(
    casesOfRecordedRun(entries, runId).map(async (id): Promise<readonly [string, readonly TestCase[]]> => {
      // A result whose cases the ledger has lost is shown without them.
      const content = await ledger.object(id).catch(() => null);
      return [id, content === null ? [] : (JSON.parse(content) as readonly TestCase[])];
    }),
  );
  return recordedRun({ config, entries, runId, cases: new Map(cases) });
}
