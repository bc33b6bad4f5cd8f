import { describe, expect, test } from 'vitest';
import type { Artifact, Digest, StageResult, Verdict } from '../model/index.ts';
import { type DeploymentFact, type Facts, type GateQuestion, judge } from './index.ts';

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

const question: GateQuestion = {
  artifact,
  from: 'dev',
  to: 'test',
  requires: ['unit'],
  neighbours: [],
  decidedAt: '2026-11-22T12:05:00.000Z',
};

function unit(change: Partial<StageResult> = {}): StageResult {
  return {
    stage: 'unit',
    service: 'orders',
    status: 'pass',
    tests: { passed: 14, failed: 0, skipped: 0 },
    cases: [],
    digest: digestA,
    runtime: 'process',
    startedAt: '2026-11-22T12:03:00.000Z',
    durationMs: 10,
    ...change,
  };
}

const standsInDev: DeploymentFact = {
  kind: 'stands',
  service: 'orders',
  environment: 'dev',
  digest: digestA,
  tasks: 1,
};

function facts(change: Partial<Facts> = {}): Facts {
  return { evidence: [unit()], deployments: [standsInDev], verdicts: [], ...change };
}

function passFor(service: string, to: string, kind: Verdict['kind'] = 'pass'): Verdict {
  return { kind, service, version: '1', digest: digestB, from: 'dev', to, checks: [], decidedAt: '' };
}

describe('a gate opens', () => {
  test('when every stage it requires passed for exactly the artifact that stands before it', () => {
    const verdict = judge(question, facts());
    expect(verdict.kind).toBe('pass');
    expect(verdict.checks.map(({ reason }) => reason)).toEqual([
      'built once as sha256:aaaaaaaaaaaa (1.4.0+g3f2a91c) at 12:00:00',
      'stands in dev with 1 healthy task',
      'unit passed 14 of 14 for sha256:aaaaaaaaaaaa at 12:03:00',
    ]);
  });

  test('when a newer pass has overtaken a failure', () => {
    const failed = unit({ status: 'fail', tests: { passed: 13, failed: 1, skipped: 0 } });
    const passed = unit({ startedAt: '2026-11-22T12:04:00.000Z' });
    expect(judge(question, facts({ evidence: [passed, failed] })).kind).toBe('pass');
  });

  test('when each neighbour stands behind it or has been let through', () => {
    const asked = { ...question, neighbours: ['inventory', 'payments'] };
    const inventory: DeploymentFact = { ...standsInDev, service: 'inventory', environment: 'test' };
    const given = facts({
      deployments: [standsInDev, inventory],
      verdicts: [passFor('payments', 'test')],
    });
    expect(judge(asked, given).kind).toBe('pass');
  });
});

describe('a gate stays shut', () => {
  const cases: readonly [string, Partial<GateQuestion>, Partial<Facts>, Verdict['kind'], RegExp][] = [
    [
      'when a stage has not run',
      {},
      { evidence: [] },
      'inconclusive',
      /^unit has not run for sha256:aaaaaaaaaaaa$/,
    ],
    [
      'on evidence about another digest',
      {},
      { evidence: [unit({ digest: digestB })] },
      'inconclusive',
      /^unit ran for sha256:b+, not for sha256:a+$/,
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
            cases: [
              {
                name: 'cart > adds up',
                file: 'cart.test.ts',
                outcome: 'fail',
                durationMs: 1,
                failure: { message: 'expected 3, got 4\nsecond line' },
              },
            ],
          }),
        ],
      },
      'fail',
      /^unit failed 1 of 14, first "cart > adds up": expected 3, got 4$/,
    ],
    [
      'when a stage says passed without a test',
      {},
      { evidence: [unit({ tests: { passed: 0, failed: 0, skipped: 3 } })] },
      'inconclusive',
      /^unit ran no test/,
    ],
    [
      'when a stage says passed with a failed test',
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
      'when a stage was blocked',
      {},
      { evidence: [unit({ status: 'skipped', because: 'its build failed' })] },
      'inconclusive',
      /^unit did not run: its build failed$/,
    ],
    ['that requires nothing', { requires: [] }, {}, 'inconclusive', /^the gate to test requires no stage/],
    ['for what was never deployed', {}, { deployments: [] }, 'inconclusive', /^it was not deployed to dev$/],
    [
      'for another digest than the one that stands before it',
      {},
      { deployments: [{ ...standsInDev, digest: digestB }] },
      'inconclusive',
      /^dev runs sha256:b+, not sha256:a+$/,
    ],
    [
      'for what did not become healthy',
      {},
      {
        deployments: [
          { kind: 'fail', service: 'orders', environment: 'dev', digest: digestA, because: 'it crashed' },
        ],
      },
      'fail',
      /^its deployment to dev failed: it crashed$/,
    ],
    [
      'while a neighbour is held back, and names it',
      { neighbours: ['inventory'] },
      { verdicts: [passFor('inventory', 'test', 'fail')] },
      'inconclusive',
      /^inventory, which it calls, is held back from test and no version of it stands there$/,
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
  const asked: GateQuestion = { ...question, from: 'staging', to: 'production', requires: ['acceptance'] };
  const together: readonly DeploymentFact[] = [
    { ...standsInDev, environment: 'staging' },
    { ...standsInDev, service: 'gateway', environment: 'staging', digest: digestB },
  ];
  const ofGateway = unit({ stage: 'acceptance', service: 'gateway', digest: digestB });

  test('a journey through one service lets the others pass', () => {
    expect(judge(asked, facts({ deployments: together, evidence: [ofGateway] })).kind).toBe('pass');
  });

  test('a failed journey through one service holds the others', () => {
    const failed = { ...ofGateway, status: 'fail' as const, tests: { passed: 1, failed: 1, skipped: 0 } };
    const own = unit({ stage: 'acceptance' });
    const verdict = judge(asked, facts({ deployments: together, evidence: [own, failed] }));
    expect(verdict.kind).toBe('fail');
    expect(verdict.checks.at(-1)?.reason).toBe('acceptance failed: 1 of 2 tests in gateway');
  });

  test('a journey through a digest that does not stand there counts for nothing', () => {
    const foreign = { ...ofGateway, digest: digestA };
    expect(judge(asked, facts({ deployments: together, evidence: [foreign] })).kind).toBe('inconclusive');
  });
});
