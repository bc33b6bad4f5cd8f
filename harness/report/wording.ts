import { relative } from 'node:path';
import type { RunEvent, StageResult, StepOutcome, TestCounts, VerdictKind } from '../model/index.ts';

/** `2026-11-22 12:03:55 UTC` of an ISO 8601 time. */
export function moment(isoTime: string): string {
  return `${isoTime.slice(0, 10)} ${isoTime.slice(11, 19)} UTC`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** `14 of 14 passed`, `1 of 14 failed`, with what was skipped. */
export function counts({ passed, failed, skipped }: TestCounts): string {
  const total = passed + failed;
  const main = failed > 0 ? `${failed} of ${total} failed` : `${passed} of ${total} passed`;
  return skipped > 0 ? `${main}, ${skipped} skipped` : main;
}

/** Where a cluster can be reached, and where its user and password are. */
export function clusterAt({
  marathonUrl,
  mesosUrl,
  credentialsFile,
}: Extract<RunEvent, { kind: 'cluster-ready' }>): string {
  const addresses = `Marathon ${marathonUrl}  Mesos ${mesosUrl}`;
  if (credentialsFile === null) return addresses;
  return `${addresses}  user and password in ${relative(process.cwd(), credentialsFile)}`;
}

/** How anything ended, in the words and signs that all reports share. */
export type Mark = 'good' | 'bad' | 'unsure' | 'idle';

export const signs: Readonly<Record<Mark, string>> = { good: '✓', bad: '✗', unsure: '?', idle: '·' };

export function markOf(kind: VerdictKind | StageResult['status'] | StepOutcome): Mark {
  switch (kind) {
    case 'pass':
      return 'good';
    case 'fail':
      return 'bad';
    case 'inconclusive':
    case 'pending':
      return 'unsure';
    case 'skipped':
      return 'idle';
  }
}
