import type { LedgerEntry, LedgerRecord } from './entry.ts';

type Old = Readonly<Record<string, unknown>>;

const outcomes: Readonly<Record<string, string>> = {
  passed: 'pass',
  failed: 'fail',
  blocked: 'skipped',
  stands: 'pass',
};

/**
 * An entry of an earlier version in today's shape. What version 3 brought is only more: version 2 reads as it is. Version 1 had no fingerprints, no platforms and no objects: its evidence is never
 * reused, and its deployments were on clusters that ended with their run.
 */
export function upgradeEntry(entry: LedgerEntry): LedgerEntry {
  // Version 3 only added kinds of entries and members.
  if ((entry.version ?? 1) > 1) return entry;
  return { ...entry, record: upgradeRecord(entry.record as unknown as Old) as LedgerRecord };
}

function upgradeRecord(record: Old): unknown {
  switch (record.kind) {
    case 'artifact':
      return { ...record, fingerprint: null };
    case 'evidence': {
      const result = record.result as Old;
      const evidence = {
        ...result,
        status: outcomes[String(result.status)],
        environment: null,
        beside: [],
        fingerprint: null,
        cases: null,
      };
      return { kind: 'evidence', runId: record.runId, evidence };
    }
    case 'deployment': {
      const { kind, runId, outcome, ...about } = record;
      const platform = { name: 'embedded', id: `embedded:${runId}`, lifetime: 'command' };
      const deployment = { ...about, outcome: outcomes[String(outcome)], platform, fingerprint: null };
      return { kind, runId, deployment };
    }
    default:
      return record;
  }
}
