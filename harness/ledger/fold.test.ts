import { expect, test } from 'vitest';
import {
  applyEntries,
  deployedNow,
  foldState,
  type LedgerEntry,
  type LedgerRecord,
  lastAttempt,
  type State,
} from './index.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;
const at = (minute: number) => `2026-11-22T12:${String(minute).padStart(2, '0')}:00.000Z`;

function entries(...records: readonly LedgerRecord[]): readonly LedgerEntry[] {
  return records.map((record, index) => ({ id: `${index}`, previous: null, version: 2, record }));
}

function deployment(
  letter: string,
  minute: number,
  about: { readonly outcome?: 'pass' | 'fail'; readonly platform?: string } = {},
): LedgerRecord {
  const { outcome = 'pass', platform = 'embedded:r1' } = about;
  return {
    kind: 'deployment',
    runId: 'r1',
    deployment: {
      service: 'orders',
      environment: 'dev',
      version: letter,
      digest: digest(letter),
      outcome,
      platform: { name: 'embedded', id: platform, lifetime: 'command' },
      fingerprint: null,
      at: at(minute),
    },
  };
}

const ended = (platformId: string, minute: number): LedgerRecord => ({
  kind: 'platform-ended',
  runId: 'r1',
  platformId,
  at: at(minute),
});

const now = (state: State) => deployedNow(state, 'orders', 'dev')?.version ?? 'nothing';

test('a deployment takes the place of the one before it on its platform', () => {
  const state = foldState(entries(deployment('a', 1), deployment('b', 2)));
  expect(now(state)).toBe('b');
  expect(state.deployments.get('dev/orders')?.map(({ version, until }) => [version, until])).toEqual([
    ['a', at(2)],
    ['b', null],
  ]);
});

test('a failed deployment was rolled back: what was there before is there now', () => {
  const state = foldState(entries(deployment('a', 1), deployment('b', 2, { outcome: 'fail' })));
  expect(now(state)).toBe('a');
  expect(lastAttempt(state, 'orders', 'dev')).toMatchObject({ version: 'b', outcome: 'fail', until: at(2) });
});

test('with its platform everything on it ends, and nothing elsewhere', () => {
  const both = entries(deployment('a', 1), deployment('b', 2, { platform: 'live' }), ended('embedded:r1', 3));
  expect(now(foldState(both))).toBe('b');
  expect(now(foldState(entries(deployment('a', 1), ended('embedded:r1', 2))))).toBe('nothing');
});

test('more entries give the same state, whether at once or one after the other, and leave the one before as it was', () => {
  const all = entries(deployment('a', 1), deployment('b', 2), ended('embedded:r1', 3), deployment('c', 4));
  const first = foldState(all.slice(0, 2));
  const before = structuredClone(first);
  const byParts = all.slice(2).reduce((state, entry) => applyEntries(state, [entry]), first);
  expect(byParts).toEqual(foldState(all));
  expect(first).toEqual(before);
});
