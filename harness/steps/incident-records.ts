import type { LedgerRecord } from '../ledger/index.ts';
import type { Incident } from '../model/index.ts';

/** What happened to tasks, as the ledger keeps it. */
export function incidentRecords(incidents: readonly Incident[], runId: string): readonly LedgerRecord[] {
  return incidents.map((incident) => ({ kind: 'incident', runId, incident: { ...incident } }));
}
