import { describe, expect, test } from 'vitest';
import { foldState, type LedgerRecord, type RecordOf, type State } from '../ledger/index.ts';
import type { Artifact, Digest, Verdict } from '../model/index.ts';
import { type GateQuestion, judge, loadChecks } from './index.ts';

const digestA: Digest = `sha256:${'a'.repeat(64)}`;
const digestB: Digest = `sha256:${'b'.repeat(64)}`;
const checks = await loadChecks();

const artifact: Artifact = {
  service: 'orders',
  version: '1.4.0+g3f2a91c',
  digest: digestA,
  runtime: 'process',
  location: '/bundles/orders.tar.gz',
  bytes: 1,
  commit: null,
  builtAt: '2026-11-22T12:00:00.000Z',
};

const question: GateQuestion = {
  artifact,
  from: 'dev',
  to: 'test',
  neighbours: [],
  dependsOn: [],
  candidates: [],
  decidedAt: '2026-11-22T12:05:00.000Z',
};

type EvidenceOf = RecordOf<'evidence'>['evidence'];

function evidence(change: Partial<EvidenceOf> = {}): LedgerRecord {
  const unit: EvidenceOf = {
    stage: 'unit',
    service: 'orders',
    status: 'pass',
    tests: { passed: 14, failed: 0, skipped: 0 },
    failed: [],
    digest: digestA,
    runtime: 'process',
    startedAt: '2026-11-22T12:03:00.000Z',
    durationMs: 10,
    environment: null,
    beside: [],
    fingerprint: null,
    cases: null,
  };
  return { kind: 'evidence', runId: 'run-1', evidence: { ...unit, ...change } };
}

function deployed(change: Partial<RecordOf<'deployment'>['deployment']> = {}): LedgerRecord {
  return {
    kind: 'deployment',
    runId: 'run-1',
    deployment: {
      service: 'orders',
      environment: 'dev',
      platform: { name: 'embedded', id: 'embedded:run-1', lifetime: 'command' },
      version: '1',
      digest: digestA,
      outcome: 'pass',
      tasks: 1,
      fingerprint: null,
      at: '2026-11-22T12:02:00.000Z',
      ...change,
    },
  };
}

function verdictOn(service: string, to: string, kind: Verdict['kind']): LedgerRecord {
  const at = '2026-11-22T12:04:00.000Z';
  return {
    kind: 'verdict',
    runId: 'run-1',
    verdict: { kind, service, version: '1', digest: digestB, from: 'dev', to, checks: [], decidedAt: at },
  };
}

function promoted(service: string): LedgerRecord {
  return {
    kind: 'promotion',
    runId: 'run-0',
    service,
    environment: 'test',
    version: '1.3.0',
    digest: digestB,
    at: '2026-11-21T12:00:00.000Z',
  };
}

function stateOf(records: readonly LedgerRecord[]): State {
  return foldState(
    records.map((record, index) => ({
      id: String(index),
      previous: index === 0 ? null : String(index - 1),
      version: 2,
      record,
    })),
  );
}

const oneFailed = {
  status: 'fail',
  tests: { passed: 13, failed: 1, skipped: 0 },
} as const;
const later = '2026-11-22T12:04:00.000Z';
const ended: LedgerRecord = {
  kind: 'platform-ended',
  runId: 'run-1',
  platformId: 'embedded:run-1',
  at: later,
};

function answer(records: readonly LedgerRecord[], asked: Partial<GateQuestion> = {}): Verdict {
  return judge({ ...question, ...asked }, stateOf(records), { requires: ['unit'], checks });
}

describe('a gate opens', () => {
  test('when every stage it requires passed for exactly the artifact that was deployed before it', () => {
    const verdict = answer([deployed(), evidence()]);
    expect(verdict).toMatchObject({
      kind: 'pass',
      service: 'orders',
      digest: digestA,
      from: 'dev',
      to: 'test',
    });
    expect(verdict.checks.map(({ reason }) => reason)).toEqual([
      'built as aaaaaaaaaaaa (1.4.0+g3f2a91c) at 12:00:00',
      'deployed in dev with 1 healthy task',
      'unit passed 14 of 14 for aaaaaaaaaaaa at 12:03:00',
    ]);
  });

  test('when a newer pass has overtaken a failure, in whichever order they were recorded', () => {
    const passed = evidence({ startedAt: later });
    expect(answer([deployed(), passed, evidence(oneFailed)]).kind).toBe('pass');
    expect(answer([deployed(), evidence(oneFailed), passed]).kind).toBe('pass');
  });

  test('for what was healthy on a platform that has ended since', () => {
    expect(answer([deployed(), evidence(), ended]).kind).toBe('pass');
  });
});

describe('a gate stays shut', () => {
  const cases: readonly [string, readonly LedgerRecord[], Verdict['kind'], RegExp][] = [
    ['when a stage has not run', [deployed()], 'inconclusive', /^unit has not run for a{12}$/],
    [
      'on evidence about another digest',
      [deployed(), evidence({ digest: digestB })],
      'inconclusive',
      /^unit ran for b+, not for a+$/,
    ],
    [
      'on evidence about another service',
      [deployed(), evidence({ service: 'payments', digest: digestB })],
      'inconclusive',
      /^unit has not run/,
    ],
    [
      'on evidence of another stage',
      [deployed(), evidence({ stage: 'contract' })],
      'inconclusive',
      /^unit has not run/,
    ],
    [
      'on a pass that a newer failure has overtaken',
      [deployed(), evidence({ ...oneFailed, startedAt: later }), evidence()],
      'fail',
      /^unit failed: 1 of 14 tests$/,
    ],
    [
      'on a pass that a newer skipped result has overtaken',
      [deployed(), evidence(), evidence({ status: 'skipped', startedAt: later })],
      'inconclusive',
      /^unit did not run: it was skipped$/,
    ],
    [
      'when a test failed, and names it',
      [
        deployed(),
        evidence({ ...oneFailed, firstFailure: { test: 'cart > adds up', message: 'expected 3, got 4' } }),
      ],
      'fail',
      /^unit failed 1 of 14, first "cart > adds up": expected 3, got 4$/,
    ],
    [
      'when a stage says passed without a test',
      [deployed(), evidence({ tests: { passed: 0, failed: 0, skipped: 3 } })],
      'inconclusive',
      /^unit ran no test/,
    ],
    [
      'when a stage says passed with a failed test',
      [deployed(), evidence({ tests: oneFailed.tests })],
      'fail',
      /^unit failed/,
    ],
    [
      'when a stage says passed and only failed tests ran',
      [deployed(), evidence({ tests: { passed: 0, failed: 1, skipped: 0 } })],
      'inconclusive',
      /^unit ran no test/,
    ],
    [
      'when the harness broke',
      [deployed(), evidence({ status: 'inconclusive', because: 'the database went away' })],
      'inconclusive',
      /^unit was inconclusive: the database went away$/,
    ],
    [
      'when a stage was blocked',
      [deployed(), evidence({ status: 'skipped', because: 'its build failed' })],
      'inconclusive',
      /^unit did not run: its build failed$/,
    ],
    ['for what was never deployed', [evidence()], 'inconclusive', /^it was not deployed to dev$/],
    [
      'for another digest than the one that was deployed before it',
      [deployed({ digest: digestB }), evidence()],
      'inconclusive',
      /^it was not deployed to dev; b{12} is$/,
    ],
    [
      'for what was deployed elsewhere only',
      [deployed({ environment: 'production' }), evidence()],
      'inconclusive',
      /^it was not deployed to dev$/,
    ],
    [
      'for what did not become healthy',
      [deployed({ outcome: 'fail', because: 'it crashed' }), evidence()],
      'fail',
      /^its deployment to dev failed: it crashed$/,
    ],
    [
      'for what became healthy once and not when it was deployed again',
      [deployed(), deployed({ outcome: 'fail', because: 'it crashed', at: later }), evidence()],
      'fail',
      /^its deployment to dev failed: it crashed$/,
    ],
  ];

  test.each(cases)('%s', (_, records, kind, reason) => {
    const verdict = answer(records);
    expect(verdict.kind).toBe(kind);
    expect(verdict.checks.filter(({ outcome }) => outcome !== 'pass').map((check) => check.reason)).toEqual([
      expect.stringMatching(reason),
    ]);
  });

  test('that requires nothing', () => {
    const verdict = judge(question, stateOf([deployed(), evidence()]), { requires: [], checks });
    expect(verdict.kind).toBe('inconclusive');
    expect(verdict.checks.at(-1)?.reason).toMatch(/^the gate to test requires no stages/);
  });

  test('that nothing checks', () => {
    const policy = { requires: ['unit'], checks: [] } as const;
    expect(judge(question, stateOf([deployed(), evidence()]), policy).kind).toBe('inconclusive');
  });
});

describe('a service whose neighbour', () => {
  const own = [deployed(), evidence()];
  const asked = { neighbours: ['inventory'], candidates: [{ service: 'inventory', digest: digestB }] };
  const inTest = { service: 'inventory', environment: 'test', digest: digestB };
  const lasting = { name: 'remote', id: 'remote', lifetime: 'lasting' } as const;
  const crashed = deployed({ ...inTest, outcome: 'fail', because: 'it crashed' });

  const cases: readonly [string, readonly LedgerRecord[], Verdict['kind'], RegExp][] = [
    [
      'is deployed on a lasting platform may enter',
      [deployed({ ...inTest, platform: lasting })],
      'pass',
      /^inventory is deployed in test as b{12}$/,
    ],
    [
      'may enter, may enter',
      [verdictOn('inventory', 'test', 'pass')],
      'pass',
      /^inventory may enter test as b{12}$/,
    ],
    [
      'was promoted before may enter, even when the new version is rejected',
      [promoted('inventory'), verdictOn('inventory', 'test', 'fail')],
      'pass',
      /^inventory stays in test as 1\.3\.0 \(b{12}\)$/,
    ],
    [
      'is rejected waits, and names it',
      [verdictOn('inventory', 'test', 'fail')],
      'inconclusive',
      /^inventory, which it calls, was not promoted to test, and no version of it is deployed there$/,
    ],
    [
      'may enter another environment waits',
      [verdictOn('inventory', 'production', 'pass')],
      'inconclusive',
      /^inventory, which it calls, was not promoted to test/,
    ],
    [
      'could not be deployed waits',
      [verdictOn('inventory', 'test', 'pass'), crashed],
      'inconclusive',
      /^inventory, which it calls, could not be deployed to test$/,
    ],
    [
      'was deployed by an earlier command only waits',
      [deployed(inTest), ended],
      'inconclusive',
      /^inventory, which it calls, was not promoted to test/,
    ],
  ];

  test.each(cases)('%s', (_, records, kind, reason) => {
    const verdict = answer([...own, ...records], asked);
    expect(verdict.kind).toBe(kind);
    expect(verdict.checks.at(-1)).toMatchObject({
      check: 'dependencies',
      reason: expect.stringMatching(reason),
    });
  });

  test('may enter with another digest than its candidate waits', () => {
    const other = { ...asked, candidates: [{ service: 'inventory', digest: digestA }] };
    expect(answer([...own, verdictOn('inventory', 'test', 'pass')], other).kind).toBe('inconclusive');
  });
});

describe('acceptance speaks about everything that was tested together', () => {
  const asked: GateQuestion = { ...question, from: 'staging', to: 'production' };
  const beside = [
    { service: 'orders', digest: digestA },
    { service: 'gateway', digest: digestB },
  ];
  const acceptance = { stage: 'acceptance', environment: 'staging', beside } as const;
  const ofGateway = { ...acceptance, service: 'gateway', digest: digestB } as const;
  const failed = { status: 'fail', tests: { passed: 1, failed: 1, skipped: 0 } } as const;

  function accepted(...records: readonly LedgerRecord[]): Verdict {
    const state = stateOf([deployed({ environment: 'staging' }), ...records]);
    return judge(asked, state, { requires: ['acceptance'], checks });
  }

  test('a journey through one service lets the others pass', () => {
    const verdict = accepted(evidence(ofGateway));
    expect(verdict.kind).toBe('pass');
    expect(verdict.checks.at(-1)?.reason).toBe(
      'acceptance passed 14 of 14 against the versions deployed in staging (tests of gateway)',
    );
  });

  test('a failed journey through one service rejects the others and names the service', () => {
    const verdict = accepted(evidence(acceptance), evidence({ ...ofGateway, ...failed }));
    expect(verdict.kind).toBe('fail');
    expect(verdict.checks.at(-1)?.reason).toBe('acceptance failed: 1 of 2 tests in gateway');
  });

  describe('a failure whose cause is known', () => {
    const cause = {
      service: 'payments',
      because: 'it answered 500 to POST /charges',
      evidence: [],
      suspects: [],
    };
    const explained = { ...ofGateway, ...failed, causes: [cause], unexplained: 0 };

    test('leaves those alone that do not depend on the service that caused it', () => {
      const verdict = accepted(evidence(acceptance), evidence(explained));
      expect(verdict.kind).toBe('pass');
      expect(verdict.checks.at(-1)?.reason).toMatch(/passed 15 of 16 .*; 1 failed because of payments$/);
    });

    test('rejects the service that caused it, with the reason', () => {
      const own = evidence({ ...explained, causes: [{ ...cause, service: 'orders' }] });
      const verdict = accepted(evidence(acceptance), own);
      expect(verdict.kind).toBe('fail');
      expect(verdict.checks.at(-1)?.reason).toBe(
        'acceptance failed because it answered 500 to POST /charges',
      );
    });

    test('holds those that depend on it, and names it', () => {
      const records = [deployed({ environment: 'staging' }), evidence(acceptance), evidence(explained)];
      const question = { ...asked, dependsOn: ['payments'] };
      const verdict = judge(question, stateOf(records), { requires: ['acceptance'], checks });
      expect(verdict.kind).toBe('inconclusive');
      expect(verdict.checks.at(-1)?.reason).toMatch(
        /^acceptance failed because of payments, which it depends on/,
      );
    });

    test('holds a service that may share the fault', () => {
      const shared = evidence({ ...explained, causes: [{ ...cause, suspects: ['orders'] }] });
      expect(accepted(evidence(acceptance), shared).kind).toBe('inconclusive');
    });

    test('holds everyone while one of its tests is unexplained', () => {
      expect(accepted(evidence(acceptance), evidence({ ...explained, unexplained: 1 })).kind).toBe('fail');
    });
  });

  test('an inconclusive journey through one service holds the others', () => {
    const broken = { status: 'inconclusive', because: 'the agent was lost' } as const;
    const verdict = accepted(evidence(acceptance), evidence({ ...ofGateway, ...broken }));
    expect(verdict.kind).toBe('inconclusive');
  });

  test('a suite skipped because its service was rejected before keeps nobody else out', () => {
    const skipped = { status: 'skipped', because: 'not promoted to staging' } as const;
    expect(accepted(evidence(acceptance), evidence({ ...ofGateway, ...skipped })).kind).toBe('pass');
    expect(accepted(evidence({ ...acceptance, ...skipped }), evidence(ofGateway)).kind).toBe('inconclusive');
  });

  test('a journey beside another version of the service counts for nothing', () => {
    const other = [
      { service: 'orders', digest: digestB },
      { service: 'gateway', digest: digestB },
    ];
    expect(accepted(evidence({ ...ofGateway, beside: other })).kind).toBe('inconclusive');
  });

  test('a failure beside an older neighbour is overtaken by a pass beside the new one', () => {
    const older = [
      { service: 'orders', digest: digestA },
      { service: 'gateway', digest: digestA },
    ];
    const before = evidence({ ...ofGateway, ...failed, digest: digestA, beside: older });
    expect(accepted(before, evidence({ ...ofGateway, startedAt: later })).kind).toBe('pass');
  });
});

test('a stage that is not asked of a service says why in its verdict, and the others are asked all the same', () => {
  const exemptions = [{ stage: 'functional' as const, because: 'it is nginx as published' }];
  const verdict = judge(question, stateOf([deployed(), evidence()]), {
    requires: ['unit'],
    exemptions,
    checks,
  });
  expect(verdict.kind).toBe('pass');
  expect(verdict.checks.map(({ reason }) => reason)).toContain(
    'functional is not asked of orders: it is nginx as published',
  );
  const untested = judge(question, stateOf([deployed()]), { requires: ['unit'], exemptions, checks });
  expect(untested.kind).toBe('inconclusive');
});
