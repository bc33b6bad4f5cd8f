import { describe, expect, test } from 'vitest';
import { type Evidence, foldState, type LedgerRecord, type State } from '../ledger/index.ts';
import type { Artifact, Digest, StageName, Verdict } from '../model/index.ts';
import { type GateQuestion, judge as judgeBy, loadChecks } from './index.ts';

const checks = await loadChecks();
const digestA: Digest = `sha256:${'a'.repeat(64)}`;
const digestB: Digest = `sha256:${'b'.repeat(64)}`;

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

type Question = GateQuestion & { readonly requires: readonly StageName[] };

const question: Question = {
  artifact,
  from: 'dev',
  to: 'test',
  requires: ['unit'],
  neighbours: [],
  candidates: [
    { service: 'inventory', digest: digestB },
    { service: 'payments', digest: digestB },
  ],
  decidedAt: '2026-11-22T12:05:00.000Z',
};

function judge({ requires, ...asked }: Question, state: State): Verdict {
  return judgeBy(asked, state, { requires, checks });
}

type Result = Omit<Evidence, 'runId'>;

function unit(change: Partial<Result> = {}): Result {
  return {
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
    ...change,
  };
}

interface Attempt {
  readonly service: string;
  readonly environment: string;
  readonly digest: Digest;
  readonly outcome: 'pass' | 'fail';
  readonly tasks?: number;
  readonly because?: string;
}

const deployedInDev: Attempt = {
  service: 'orders',
  environment: 'dev',
  digest: digestA,
  outcome: 'pass',
  tasks: 1,
};

interface Facts {
  readonly evidence: readonly Result[];
  readonly deployments: readonly Attempt[];
  readonly verdicts: readonly Verdict[];
  readonly promoted: readonly string[];
}

/** The state that these facts fold to. */
function facts(change: Partial<Facts> = {}): State {
  const { evidence, deployments, verdicts, promoted } = {
    evidence: [unit()],
    deployments: [deployedInDev],
    verdicts: [],
    promoted: [],
    ...change,
  };
  const platform = { name: 'live', id: 'live:1', lifetime: 'lasting' } as const;
  const at = '2026-11-22T12:01:00.000Z';
  const records: readonly LedgerRecord[] = [
    ...evidence.map((one): LedgerRecord => ({ kind: 'evidence', runId: 'r', evidence: one })),
    ...deployments.map(
      (one): LedgerRecord => ({
        kind: 'deployment',
        runId: 'r',
        deployment: { ...one, platform, version: '1', fingerprint: null, at },
      }),
    ),
    ...verdicts.map((verdict): LedgerRecord => ({ kind: 'verdict', runId: 'r', verdict })),
    ...promoted.map(
      (service): LedgerRecord => ({
        kind: 'promotion',
        runId: 'r',
        service,
        environment: 'test',
        version: '0.9.0',
        digest: digestB,
        at,
      }),
    ),
  ];
  return foldState(
    records.map((record, index) => ({ id: String(index), previous: null, record, version: 2 })),
  );
}

function passFor(service: string, to: string, kind: Verdict['kind'] = 'pass'): Verdict {
  return { kind, service, version: '1', digest: digestB, from: 'dev', to, checks: [], decidedAt: '' };
}

describe('a gate opens', () => {
  test('when every stage it requires passed for exactly the artifact that is deployed before it', () => {
    const verdict = judge(question, facts());
    expect(verdict.kind).toBe('pass');
    expect(verdict.checks.map(({ reason }) => reason)).toEqual([
      'built as aaaaaaaaaaaa (1.4.0+g3f2a91c) at 12:00:00',
      'deployed in dev with 1 healthy task',
      'unit passed 14 of 14 for aaaaaaaaaaaa at 12:03:00',
    ]);
  });

  test('when a newer pass has overtaken a failure', () => {
    const failed = unit({ status: 'fail', tests: { passed: 13, failed: 1, skipped: 0 } });
    const passed = unit({ startedAt: '2026-11-22T12:04:00.000Z' });
    expect(judge(question, facts({ evidence: [passed, failed] })).kind).toBe('pass');
  });

  test('when each neighbour is deployed behind it, or may go there, or has a version that stays there', () => {
    const asked = { ...question, neighbours: ['inventory', 'payments', 'catalog'] };
    const inventory: Attempt = { ...deployedInDev, service: 'inventory', environment: 'test' };
    const given = facts({
      deployments: [deployedInDev, inventory],
      verdicts: [passFor('payments', 'test')],
      promoted: ['catalog'],
    });
    expect(judge(asked, given).kind).toBe('pass');
  });
});

describe('a gate stays shut', () => {
  const cases: readonly [string, Partial<Question>, Partial<Facts>, Verdict['kind'], RegExp][] = [
    ['when a stage has not run', {}, { evidence: [] }, 'inconclusive', /^unit has not run for aaaaaaaaaaaa$/],
    [
      'on evidence about another digest',
      {},
      { evidence: [unit({ digest: digestB })] },
      'inconclusive',
      /^unit ran for b+, not for a+$/,
    ],
    [
      'on evidence about another service',
      {},
      { evidence: [unit({ service: 'payments' })] },
      'inconclusive',
      /^unit has not run/,
    ],
    [
      'on a pass that a newer failure has overtaken',
      {},
      {
        evidence: [
          unit({
            status: 'fail',
            tests: { passed: 13, failed: 1, skipped: 0 },
            startedAt: '2026-11-22T12:04:00.000Z',
          }),
          unit(),
        ],
      },
      'fail',
      /^unit failed/,
    ],
    [
      'when a test failed, and names it',
      {},
      {
        evidence: [
          unit({
            status: 'fail',
            tests: { passed: 13, failed: 1, skipped: 0 },
            failed: ['cart > adds up'],
            firstFailure: { test: 'cart > adds up', message: 'expected 3, got 4' },
          }),
        ],
      },
      'fail',
      /^unit failed 1 of 14, first "cart > adds up": expected 3, got 4$/,
    ],
    [
      'when a stage says pass without a test',
      {},
      { evidence: [unit({ tests: { passed: 0, failed: 0, skipped: 3 } })] },
      'inconclusive',
      /^unit ran no test/,
    ],
    [
      'when a stage says pass with a failed test',
      {},
      { evidence: [unit({ tests: { passed: 13, failed: 1, skipped: 0 } })] },
      'fail',
      /^unit failed/,
    ],
    [
      'when the harness broke',
      {},
      { evidence: [unit({ status: 'inconclusive', because: 'the database went away' })] },
      'inconclusive',
      /^unit was inconclusive: the database went away$/,
    ],
    [
      'when a stage was skipped',
      {},
      { evidence: [unit({ status: 'skipped', because: 'its build failed' })] },
      'inconclusive',
      /^unit did not run: its build failed$/,
    ],
    ['that requires nothing', { requires: [] }, {}, 'inconclusive', /^the gate to test requires no stages/],
    ['for what was never deployed', {}, { deployments: [] }, 'inconclusive', /^it was not deployed to dev$/],
    [
      'for another digest than the one that is deployed before it',
      {},
      { deployments: [{ ...deployedInDev, digest: digestB }] },
      'inconclusive',
      /^it was not deployed to dev; b+ is$/,
    ],
    [
      'for what did not become healthy',
      {},
      {
        deployments: [
          { service: 'orders', environment: 'dev', digest: digestA, outcome: 'fail', because: 'it crashed' },
        ],
      },
      'fail',
      /^its deployment to dev failed: it crashed$/,
    ],
    [
      'while a neighbour is not promoted, and names it',
      { neighbours: ['inventory'] },
      { verdicts: [passFor('inventory', 'test', 'fail')] },
      'inconclusive',
      /^inventory, which it calls, was not promoted to test, and no version of it is deployed there$/,
    ],
  ];

  test.each(cases)('%s', (_, asked, given, kind, reason) => {
    const verdict = judge({ ...question, ...asked }, facts(given));
    expect(verdict.kind).toBe(kind);
    expect(verdict.checks.filter(({ outcome }) => outcome !== 'pass').map((check) => check.reason)).toEqual([
      expect.stringMatching(reason),
    ]);
  });
});

describe('acceptance speaks about everything that was tested together', () => {
  const asked: Question = { ...question, from: 'staging', to: 'production', requires: ['acceptance'] };
  const together: readonly Attempt[] = [
    { ...deployedInDev, environment: 'staging' },
    { ...deployedInDev, service: 'gateway', environment: 'staging', digest: digestB },
  ];
  const beside = together.map(({ service, digest }) => ({ service, digest }));
  const about = { stage: 'acceptance', environment: 'staging', beside } as const;
  const ofGateway = unit({ ...about, service: 'gateway', digest: digestB });

  test('a journey through one service lets the others pass', () => {
    expect(judge(asked, facts({ deployments: together, evidence: [ofGateway] })).kind).toBe('pass');
  });

  test('a failed journey through one service keeps the others out', () => {
    const failed = { ...ofGateway, status: 'fail' as const, tests: { passed: 1, failed: 1, skipped: 0 } };
    const own = unit(about);
    const verdict = judge(asked, facts({ deployments: together, evidence: [own, failed] }));
    expect(verdict.kind).toBe('fail');
    expect(verdict.checks.at(-1)?.reason).toBe('acceptance failed: 1 of 2 tests in gateway');
  });

  test('a journey beside other versions counts for nothing', () => {
    const foreign = { ...ofGateway, beside: [{ service: 'orders', digest: digestB }] };
    expect(judge(asked, facts({ deployments: together, evidence: [foreign] })).kind).toBe('inconclusive');
  });
});
