import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Draft, Step, StepWork } from './plan.ts';

/** Hash of the files of each part of a project, by part: `services/orders`, `suites/unit/orders`. */
export type Sources = Readonly<Record<string, string>>;

/** Names each step by what goes into it: its own work, the files it reads, and the steps it needs. */
export function withFingerprints(drafts: readonly Draft[], sources: Sources): readonly Step[] {
  const byId = new Map(drafts.map((draft) => [draft.id, draft]));
  const known = new Map<string, string>();
  const fingerprintOf = (draft: Draft): string => {
    const before = known.get(draft.id);
    if (before !== undefined) return before;
    const needed = draft.needs.flatMap((id) => {
      const need = byId.get(id);
      return need === undefined ? [] : [fingerprintOf(need)];
    });
    const { title: _, phase: __, ...work } = draft;
    const read = Object.fromEntries(partsReadBy(draft).map((part) => [part, sources[part] ?? null]));
    const text = canonicalize({ work, read, needed }) ?? '';
    const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 16);
    known.set(draft.id, fingerprint);
    return fingerprint;
  };
  return drafts.map((draft) => ({ ...draft, fingerprint: fingerprintOf(draft) }));
}

function partsReadBy(work: StepWork): readonly string[] {
  switch (work.kind) {
    case 'build':
      return [`services/${work.service}`];
    case 'stage':
      return work.services.map((service) => `suites/${work.stage}/${service}`);
    default:
      return [];
  }
}
