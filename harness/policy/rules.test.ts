import { describe, expect, test } from 'vitest';
import { foldState, type LedgerRecord, type State } from '../ledger/index.ts';
import {
  type Artifact,
  type Digest,
  defaultRules,
  type GateRules,
  type Quarantine,
  type TimeWindow,
} from '../model/index.ts';
import { type GateQuestion, judge, loadChecks } from './index.ts';

const checks = await loadChecks();
const digestA: Digest = `sha256:${'a'.repeat(64)}`;
const digestB: Digest = `sha256:${'b'.repeat(64)}`;
const now = '2026-11-25T12:00:00.000Z';

const artifact: Artifact = {
  service: 'orders',
  version: '1.4.0+g3f2a91c',
  digest: digestA,
  runtime: 'process',
  location: '/bundles/orders.tar.gz',
  bytes: 1,
  commit: '3f2a91c0000',
  changes: [
    { commit: 'c2', authors: ['Ann@example.com'] },
    { commit: 'c1', authors: ['bob@example.com'] },
  ],
  branches: ['main'],
  builtAt: '2026-11-25T10:00:00.000Z',
};
const older: Artifact = {
  ...artifact,
  digest: digestB,
  version: '1.3.0',
  changes: [{ commit: 'c1', authors: ['bob@example.com'] }],
};
const about = { runId: 'r', service: 'orders', environment: 'production' } as const;

const built = (one: Artifact): LedgerRecord => ({
  kind: 'artifact',
  runId: 'r',
  fingerprint: null,
  artifact: { ...one },
});

function ran(startedAt = '2026-11-25T11:00:00.000Z', failed: readonly string[] = []): LedgerRecord {
  return {
    kind: 'evidence',
    runId: 'r',
    evidence: {
      stage: 'unit',
      service: 'orders',
      status: failed.length > 0 ? 'fail' : 'pass',
      tests: { passed: 14, failed: failed.length, skipped: 0 },
      failed,
      ...(failed[0] === undefined ? {} : { firstFailure: { test: failed[0], message: 'no' } }),
      digest: digestA,
      runtime: 'process',
      startedAt,
      durationMs: 10,
      environment: null,
      beside: [],
      fingerprint: null,
      cases: null,
    },
  };
}

const deployed: LedgerRecord = {
  kind: 'deployment',
  runId: 'r',
  deployment: {
    service: 'orders',
    environment: 'staging',
    platform: { name: 'p', id: 'p:1', lifetime: 'lasting' },
    version: '1',
    digest: digestA,
    outcome: 'pass',
    fingerprint: null,
    at: '2026-11-25T10:30:00.000Z',
  },
};

function promotion(environment: string, digest: Digest, at: string): LedgerRecord {
  return { kind: 'promotion', runId: 'r', service: 'orders', environment, version: '1', digest, at };
}

function said(
  decision: 'approve' | 'reject',
  by: string,
  { at = '2026-11-25T11:30:00.000Z', digest = digestA }: { at?: string; digest?: Digest } = {},
): LedgerRecord {
  return { kind: 'approval', ...about, decision, digest, by, reason: 'looked at it', at };
}

function stateOf(records: readonly LedgerRecord[]): State {
  return foldState(
    records.map((record, index) => ({ id: String(index), previous: null, version: 3, record })),
  );
}

const roles = { 'release-manager': ['rita@example.com'] };
const sound = [built(older), built(artifact), deployed, ran()];

function ask(
  rules: Partial<GateRules>,
  records: readonly LedgerRecord[] = sound,
  asked: Partial<GateQuestion> = {},
  quarantine: readonly Quarantine[] = [],
) {
  const question: GateQuestion = {
    artifact,
    from: 'staging',
    to: 'production',
    neighbours: [],
    dependsOn: [],
    candidates: [],
    decidedAt: now,
    ...asked,
  };
  const verdict = judge(question, stateOf(records), {
    requires: ['unit'],
    checks,
    rules: { ...defaultRules, ...rules },
    roles,
    quarantine,
  });
  const against = verdict.checks.filter(({ outcome }) => outcome !== 'pass').map(({ reason }) => reason);
  return { kind: verdict.kind, against, verdict };
}

test('with the default rules, sound evidence is enough', () => {
  expect(ask({})).toMatchObject({ kind: 'pass', against: [] });
});

const approvals = { count: 1, roles: [], byAuthor: false, expireAfterHours: 72 };

describe('approvals', () => {
  test.each([
    ['nobody said anything', [], 'pending', ['it has 0 approvals of 1']],
    ['somebody said yes', [said('approve', 'carl@example.com')], 'pass', []],
    [
      'an author of the change said yes, however the name is written',
      [said('approve', 'ann@EXAMPLE.com')],
      'pending',
      ['it has 0 approvals of 1; that of ann@EXAMPLE.com does not count, who is an author of the change'],
    ],
    [
      'the author of an older change said yes',
      [promotion('production', digestB, '2026-11-20T10:00:00.000Z'), said('approve', 'bob@example.com')],
      'pass',
      [],
    ],
    [
      'somebody said yes to other bytes',
      [said('approve', 'carl@example.com', { digest: digestB })],
      'pending',
      ['it has 0 approvals of 1; carl@example.com approved bbbbbbbbbbbb, not aaaaaaaaaaaa'],
    ],
    [
      'the yes is older than it may be',
      [said('approve', 'carl@example.com', { at: '2026-11-21T11:30:00.000Z' })],
      'pending',
      ['it has 0 approvals of 1; that of carl@example.com expired 72 hours after 2026-11-21T11:30:00.000Z'],
    ],
    [
      'one said yes and another one no',
      [said('approve', 'carl@example.com'), said('reject', 'dora@example.com')],
      'fail',
      ['dora@example.com rejected it: looked at it'],
    ],
    [
      'somebody said no and then yes',
      [said('reject', 'carl@example.com'), said('approve', 'carl@example.com')],
      'pass',
      [],
    ],
  ] as const)('%s', (_, records, kind, against) => {
    expect(ask({ approvals }, [...sound, ...records])).toMatchObject({ kind, against });
  });

  test('a quorum counts people, and every role must be among them', () => {
    const rule = { approvals: { ...approvals, count: 2, roles: ['release-manager'] } };
    const two = [said('approve', 'carl@example.com'), said('approve', 'dora@example.com')];
    expect(ask(rule, [...sound, ...two])).toMatchObject({
      kind: 'pending',
      against: ['it has 2 approvals of 2; none of a release-manager (rita@example.com)'],
    });
    expect(ask(rule, [...sound, two[0] ?? deployed, two[0] ?? deployed]).kind).toBe('pending');
    expect(ask(rule, [...sound, ...two, said('approve', 'rita@example.com')]).kind).toBe('pass');
  });

  test('a rejection counts where no approval is asked for', () => {
    expect(ask({}, [...sound, said('reject', 'carl@example.com')]).kind).toBe('fail');
  });
});

describe('age of evidence', () => {
  test('what is older than the gate takes is inconclusive', () => {
    const old = [...sound.slice(0, 3), ran('2026-11-17T11:00:00.000Z')];
    expect(ask({}, old)).toMatchObject({
      kind: 'inconclusive',
      against: ['unit ran 193 hours ago, and the gate takes nothing older than 168; run it again'],
    });
    expect(ask({ evidenceMaxAgeHours: null }, old).kind).toBe('pass');
  });

  test('what has the time of tomorrow does not pass', () => {
    expect(ask({}, [...sound.slice(0, 3), ran('2026-11-26T11:00:00.000Z')]).kind).toBe('inconclusive');
  });

  test('what ran under another runtime does not count', () => {
    expect(ask({ runtime: 'docker' }).against).toEqual([
      'it was built for the process runtime, and the gate asks for docker',
      'unit ran under the process runtime, and the gate asks for docker',
    ]);
  });
});

test('fewer tests than the gate asks for fail it', () => {
  expect(ask({ minimumTests: { unit: 14 } }).kind).toBe('pass');
  expect(ask({ minimumTests: { unit: 15 } }).against).toEqual([
    '14 tests of unit passed, and the gate asks for 15',
  ]);
});

test('a test that failed and passed for the same bytes is flaky', () => {
  const records = [...sound.slice(0, 3), ran('2026-11-25T10:50:00.000Z', ['adds']), ran()];
  expect(ask({ maxFlakyTests: 1 }, records).kind).toBe('pass');
  expect(ask({ maxFlakyTests: 0 }, records).against).toEqual([
    '1 test failed before passing, at most 0 may: unit: adds',
  ]);
});

describe('where it was built from', () => {
  test.each([
    [{ cleanCommit: true }, {}, []],
    [{ branches: ['main'] }, {}, []],
    [
      { cleanCommit: true },
      { version: '1.4.0+g3f2a91c.dirty' },
      ['it was built with changes that are not in commit 3f2a91c'],
    ],
    [
      { cleanCommit: true },
      { commit: null },
      ['it was built outside of git, and the gate asks for a commit'],
    ],
    [
      { branches: ['main', 'release'] },
      { branches: ['feature'] },
      ['commit 3f2a91c is on feature, and the gate asks for main or release'],
    ],
  ] as const)('%j %j', (rules, change, against) => {
    expect(ask(rules, sound, { artifact: { ...artifact, ...change } }).against).toEqual(against);
  });
});

describe('soak', () => {
  const rule = { soakMinutes: 60 };
  test.each([
    ['it is there for long enough', [promotion('staging', digestA, '2026-11-25T10:59:00.000Z')], 'pass', []],
    [
      'it is not there for long enough yet',
      [promotion('staging', digestA, '2026-11-25T11:30:00.000Z')],
      'pending',
      ['it has been in staging for 30 of 60 min; ask again in 30 min'],
    ],
    [
      'promoting it again does not begin anew',
      [
        promotion('staging', digestA, '2026-11-25T10:30:00.000Z'),
        promotion('staging', digestA, '2026-11-25T11:50:00.000Z'),
      ],
      'pass',
      [],
    ],
    [
      'another version in between breaks the stay',
      [
        promotion('staging', digestA, '2026-11-25T10:50:00.000Z'),
        promotion('staging', digestB, '2026-11-25T11:20:00.000Z'),
        promotion('staging', digestA, '2026-11-25T11:40:00.000Z'),
      ],
      'pending',
      ['it has been in staging for 30 of 60 min; ask again in 30 min'],
    ],
    [
      'it left too early',
      [
        promotion('staging', digestA, '2026-11-25T10:50:00.000Z'),
        promotion('staging', digestB, '2026-11-25T11:20:00.000Z'),
      ],
      'fail',
      ['it was in staging for 30 of 60 min and is not there any more; promote it there again'],
    ],
  ] as const)('%s', (_, records, kind, against) => {
    expect(ask(rule, [...sound, ...records])).toMatchObject({ kind, against });
  });
});

describe('windows and freezes', () => {
  const office: TimeWindow = {
    kind: 'allow',
    days: ['mon', 'tue', 'wed', 'thu'],
    dates: [],
    from: '09:00',
    to: '16:00',
    timeZone: 'Europe/Berlin',
    reason: null,
  };
  const night: TimeWindow = { ...office, days: ['tue'], from: '22:00', to: '06:00' };

  test.each([
    ['2026-11-25T08:30:00.000Z', [office], 'pass'],
    // The same hour is an hour later in Berlin's summer.
    ['2026-07-22T14:30:00.000Z', [office], 'pending'],
    ['2026-11-25T14:30:00.000Z', [office], 'pass'],
    ['2026-11-27T10:00:00.000Z', [office], 'pending'],
    ['2026-11-25T02:00:00.000Z', [night], 'pass'],
    ['2026-11-26T02:00:00.000Z', [night], 'pending'],
    [
      '2026-11-25T10:00:00.000Z',
      [office, { ...office, kind: 'deny', days: [], dates: ['2026-11-25'] }],
      'pending',
    ],
  ] as const)('at %s', (decidedAt, windows, kind) => {
    const records = [...sound.slice(0, 3), ran(decidedAt)];
    expect(ask({ windows }, records, { decidedAt }).kind).toBe(kind);
  });

  test('a closed window says when it opens, in UTC', () => {
    const decidedAt = '2026-11-27T10:00:00.000Z';
    expect(ask({ windows: [office] }, [...sound.slice(0, 3), ran(decidedAt)], { decidedAt }).against).toEqual(
      ['outside of mon, tue, wed, thu 09:00–16:00 Europe/Berlin; it opens at 2026-11-30T08:00:00.000Z'],
    );
  });

  const frozen: LedgerRecord = {
    kind: 'freeze',
    runId: 'r',
    environment: 'production',
    frozen: true,
    by: 'rita@example.com',
    reason: 'sale',
    at: '2026-11-25T09:00:00.000Z',
  };

  test('nothing enters a frozen environment, until it ends or is lifted', () => {
    expect(ask({}, [...sound, frozen])).toMatchObject({
      kind: 'pending',
      against: [
        'production is frozen by rita@example.com since 2026-11-25T09:00:00.000Z: sale; run: stagegate unfreeze production',
      ],
    });
    expect(ask({}, [...sound, { ...frozen, until: '2026-11-25T11:00:00.000Z' }]).kind).toBe('pass');
    expect(ask({}, [...sound, frozen, { ...frozen, frozen: false }]).kind).toBe('pass');
  });

  test('a rollback is let in, unless the gate says otherwise', () => {
    expect(ask({}, [...sound, frozen], { isRollback: true }).kind).toBe('pass');
    expect(ask({ rollbackAnytime: false }, [...sound, frozen], { isRollback: true }).kind).toBe('pending');
  });
});

describe('a hold', () => {
  const hold: LedgerRecord = {
    kind: 'hold',
    ...about,
    digest: digestA,
    by: 'stagegate',
    reason: 'its requests failed',
    at: '2026-11-25T11:00:00.000Z',
  };

  test('keeps out what was rolled back, until somebody approves it again', () => {
    expect(ask({}, [...sound, hold]).against).toEqual([
      'it is held since it left production at 2026-11-25T11:00:00.000Z: its requests failed; approve it again to lift the hold',
    ]);
    const before = said('approve', 'carl@example.com', { at: '2026-11-25T10:00:00.000Z' });
    expect(ask({}, [...sound, before, hold]).kind).toBe('pending');
    expect(ask({}, [...sound, hold, said('approve', 'carl@example.com')]).kind).toBe('pass');
    expect(ask({}, [...sound, { ...hold, digest: digestB }]).kind).toBe('pass');
  });
});

describe('broken glass', () => {
  const glass: LedgerRecord = {
    kind: 'break-glass',
    ...about,
    digest: digestA,
    by: 'rita@example.com',
    reason: 'customers cannot pay',
    until: '2026-11-25T16:00:00.000Z',
    at: '2026-11-25T11:50:00.000Z',
  };
  const rules = { approvals, breakGlass: { roles: ['release-manager'] } };

  test('lets everything in as the debt of who broke it', () => {
    const { kind, verdict } = ask(rules, [...sound, glass]);
    expect(kind).toBe('pass');
    expect(verdict.checks.flatMap(({ debt }) => debt ?? [])).toEqual([
      { owner: 'rita@example.com', reason: 'customers cannot pay', until: '2026-11-25T16:00:00.000Z' },
    ]);
  });

  test.each([
    ['by somebody without the role', { by: 'carl@example.com' }],
    ['for other bytes', { digest: digestB }],
    ['too long ago', { until: '2026-11-25T11:59:00.000Z' }],
  ])('does nothing %s', (_, change) => {
    expect(ask(rules, [...sound, { ...glass, ...change } as LedgerRecord]).kind).toBe('pending');
  });

  test('brings no bytes back', () => {
    expect(ask(rules, [...sound, glass], { available: new Set() }).kind).toBe('inconclusive');
  });
});

test('a check of the project itself is asked, and its own failure is no pass', () => {
  const odd = {
    name: 'ticket',
    judge: ({ version }: { version: string }) => ({
      outcome: 'fail' as const,
      reason: `no ticket for ${version}`,
    }),
  };
  expect(ask({ checks: [odd] }).against).toEqual(['no ticket for 1.4.0+g3f2a91c']);
  const broken = {
    name: 'ticket',
    judge: () => {
      throw new Error('no network');
    },
  };
  expect(ask({ checks: [broken] })).toMatchObject({
    kind: 'inconclusive',
    against: ['the check ticket threw: no network'],
  });
});

describe('quarantine', () => {
  const quarantined: Quarantine = {
    service: 'orders',
    stage: 'unit',
    test: 'adds',
    owner: 'carl@example.com',
    reason: 'ORD-17',
    until: '2026-11-25',
  };
  const failed = (...tests: readonly string[]) => [...sound.slice(0, 3), ran(now, tests)];

  test('lets a failure through as debt, until its last day is over', () => {
    const { kind, verdict } = ask({}, failed('adds'), {}, [quarantined]);
    expect(kind).toBe('pass');
    expect(verdict.checks.flatMap(({ debt }) => debt ?? [])).toEqual([
      { owner: 'carl@example.com', reason: 'ORD-17', until: '2026-11-25T23:59:59Z' },
    ]);
    expect(ask({}, failed('adds'), {}, [{ ...quarantined, until: '2026-11-24' }])).toMatchObject({
      kind: 'fail',
      against: [
        'unit failed 1 of 15, first "adds": no',
        '"adds" was quarantined by carl@example.com until 2026-11-24, which is over: ORD-17',
      ],
    });
  });

  test('covers only its own test, service and stage', () => {
    expect(ask({}, failed('adds', 'subtracts'), {}, [quarantined]).kind).toBe('fail');
    expect(ask({}, failed('adds'), {}, [{ ...quarantined, service: 'payments' }]).kind).toBe('fail');
    expect(ask({}, failed('adds'), {}, [{ ...quarantined, stage: 'contract' }]).kind).toBe('fail');
  });
});
