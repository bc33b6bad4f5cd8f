import { describe, expect, test } from 'vitest';
import type { Config } from '../../config/index.ts';
import { foldState, type LedgerRecord, type State } from '../../ledger/index.ts';
import type { Digest } from '../../model/index.ts';
import { shop } from '../../steps/fixture.ts';
import type { Planned } from '../plan.ts';
import { planPromotion } from './plan-promotion.ts';
import { planRollback } from './plan-rollback.ts';

const digestOf = (text: string): Digest => `sha256:${text.padEnd(64, '0')}`;
const at = '2026-11-25T12:00:00.000Z';
const lasting: Config = {
  ...shop,
  environments: shop.environments.map((one) =>
    one.name === 'production' ? { ...one, platform: 'prod' } : one,
  ),
  platforms: [
    { name: 'prod', marathon: ['http://m'], token: null, mesos: null, edge: 'http://e', databases: null },
  ],
};

function built(service: string, text: string): LedgerRecord {
  const artifact = {
    service,
    version: `1.0.${text}`,
    digest: digestOf(text),
    runtime: 'process',
    location: '/b',
    bytes: 1,
    commit: null,
    builtAt: at,
  } as const;
  return { kind: 'artifact', runId: 'r', fingerprint: null, artifact };
}

function promoted(service: string, environment: string, text: string, rollback = false): LedgerRecord {
  const about = { runId: 'r', service, environment, version: `1.0.${text}`, digest: digestOf(text), at };
  return { kind: 'promotion', ...about, ...(rollback ? { rollback } : {}) };
}

function stateOf(...records: readonly LedgerRecord[]): State {
  return foldState(
    records.map((record, index) => ({ id: String(index), previous: null, version: 3, record })),
  );
}

const inTest = [
  built('orders', 'a'),
  built('inventory', 'b'),
  promoted('orders', 'test', 'a'),
  promoted('inventory', 'test', 'b'),
];

function stepsOf(planned: Planned): readonly string[] {
  if (planned.kind === 'problems') throw new Error(planned.problems.join('\n'));
  return planned.plan.steps.map(({ id }) => id);
}

describe('a promotion', () => {
  test('locks, asks every gate, deploys what is called first, and records all at the end', () => {
    const planned = planPromotion(lasting, stateOf(...inTest), { services: [], to: 'production' });
    expect(stepsOf(planned)).toEqual([
      'lock production',
      'open prod',
      'gate inventory production',
      'gate orders production',
      'deploy inventory production',
      'deploy orders production',
      'settle production',
    ]);
    expect(planned.kind === 'plan' && [...(planned.plan.pinned ?? [])]).toEqual([
      ['inventory', digestOf('b')],
      ['orders', digestOf('a')],
    ]);
  });

  test('into what ends with its command only asks and records', () => {
    expect(
      stepsOf(planPromotion(shop, stateOf(...inTest), { services: ['orders'], to: 'production' })),
    ).toEqual(['gate orders production', 'settle production']);
  });

  test('leaves out what is there already, but not what a killed command left half done', () => {
    const platform = { name: 'prod', id: 'prod:1', lifetime: 'lasting' } as const;
    const place = { service: 'orders', environment: 'production', version: '1', digest: digestOf('a') };
    const there: LedgerRecord[] = [
      promoted('orders', 'production', 'a'),
      {
        kind: 'deployment',
        runId: 'r',
        deployment: { ...place, platform, outcome: 'pass', fingerprint: null, at },
      },
    ];
    const request = { services: ['orders'], to: 'production' };
    expect(stepsOf(planPromotion(lasting, stateOf(...inTest, ...there), request))).toEqual([]);
    const begun: LedgerRecord = {
      kind: 'deployment-started',
      runId: 'killed',
      ...place,
      platformId: 'prod:1',
      before: null,
      rollback: false,
      at,
    };
    expect(stepsOf(planPromotion(lasting, stateOf(...inTest, ...there, begun), request))).toContain(
      'deploy orders production',
    );
  });

  test.each([
    [{ services: ['cart'], to: 'production' }, 'There is no service "cart"; write one of orders, inventory.'],
    [{ services: [], to: 'prod' }, 'There is no environment "prod"; write one of dev, test, production.'],
    [{ services: [], to: 'dev' }, 'A version enters dev by being built; run: stagegate run --to dev'],
    [{ services: ['orders'], to: 'test' }, 'orders has no version in dev; run: stagegate run --to dev'],
    [
      { services: ['orders'], to: 'test', version: '9' },
      'orders has no version "9"; see: stagegate ledger log',
    ],
  ])('%j is refused with what to write', (request, problem) => {
    expect(planPromotion(shop, stateOf(...inTest), request)).toEqual({
      kind: 'problems',
      problems: [problem],
    });
  });
});

describe('a rollback', () => {
  const history = [
    built('orders', 'c'),
    promoted('orders', 'production', 'a'),
    promoted('orders', 'production', 'c'),
  ];
  const request = { services: ['orders'], to: 'production', reason: 'slow' };
  const pinnedIn = (planned: Planned) =>
    planned.kind === 'plan' ? planned.plan.pinned?.get('orders') : planned;

  test('goes to the version before, past what was taken back', () => {
    expect(pinnedIn(planRollback(lasting, stateOf(...inTest, ...history), request))).toBe(digestOf('a'));
    const hold: LedgerRecord = {
      kind: 'hold',
      runId: 'r',
      service: 'orders',
      environment: 'production',
      digest: digestOf('a'),
      by: 'x',
      reason: 'y',
      at,
    };
    expect(planRollback(lasting, stateOf(...inTest, ...history, hold), request)).toEqual({
      kind: 'problems',
      problems: ['orders cannot go back in production: there is no version before the one there now'],
    });
  });

  test('is not rolled back, unless a version is named', () => {
    const back = [...inTest, ...history, promoted('orders', 'production', 'a', true)];
    expect(planRollback(lasting, stateOf(...back), request)).toEqual({
      kind: 'problems',
      problems: [
        'orders cannot go back in production: what is there now is a rollback already; name the version with --artifact',
      ],
    });
    expect(pinnedIn(planRollback(lasting, stateOf(...back), { ...request, version: '1.0.c' }))).toBe(
      digestOf('c'),
    );
  });
});
