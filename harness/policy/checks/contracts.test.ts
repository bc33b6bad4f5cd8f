import { describe, expect, test } from 'vitest';
import { foldState, type LedgerRecord, type RecordOf, type State } from '../../ledger/index.ts';
import type { Artifact, CheckResult, Digest } from '../../model/index.ts';
import { missingVerifications } from '../contracts/missing-verifications.ts';
import contracts from './contracts.ts';

const at = '2026-11-22T12:00:00.000Z';
const digestOf = (version: string): Digest =>
  `sha256:${Buffer.from(version).toString('hex').padEnd(64, '0')}`;
/** `shop 1`: version 1 of shop. */
const partsOf = (version: string): { service: string; number: string; digest: Digest } => {
  const [service = '', number = ''] = version.split(' ');
  return { service, number, digest: digestOf(version) };
};

function built(version: string): LedgerRecord {
  return { kind: 'artifact', runId: 'r', fingerprint: null, artifact: artifactOf(version) };
}

function artifactOf(version: string): Artifact {
  const { service, number, digest } = partsOf(version);
  return {
    service,
    version: number,
    digest,
    runtime: 'process',
    location: '',
    bytes: 1,
    commit: null,
    builtAt: at,
  };
}

function promoted(version: string, environment = 'production'): LedgerRecord {
  const { service, number, digest } = partsOf(version);
  return { kind: 'promotion', runId: 'r', service, environment, version: number, digest, at };
}

/** `expects('cart 1', 'shop a')`: what version 1 of cart expects of shop has content a. */
function expects(version: string, ...expected: readonly string[]): LedgerRecord {
  const { service, number, digest } = partsOf(version);
  const pacts = expected.map((one) => {
    const [provider = '', contentHash = ''] = one.split(' ');
    return { provider, contentHash, content: contentHash.padEnd(64, '0') };
  });
  return { kind: 'pacts', runId: 'r', pacts: { consumer: service, version: number, digest, pacts, at } };
}

function verified(
  contentHash: string,
  provider: string,
  status: RecordOf<'contract'>['contract']['status'],
  because = 'status: expected 200 but was 404',
): LedgerRecord {
  const { service, digest } = partsOf(provider);
  const interaction = { description: `what ${contentHash} says`, status };
  return {
    kind: 'contract',
    runId: 'r',
    contract: {
      consumer: 'cart',
      provider: service,
      contentHash,
      consumerDigest: null,
      providerDigest: digest,
      status,
      interactions: [status === 'pass' ? interaction : { ...interaction, because }],
      at,
    },
  };
}

function wentThroughContracts(version: string): LedgerRecord {
  const { service, digest } = partsOf(version);
  return {
    kind: 'evidence',
    runId: 'r',
    evidence: {
      stage: 'contract',
      service,
      status: 'pass',
      tests: { passed: 1, failed: 0, skipped: 0 },
      failed: [],
      digest,
      runtime: 'process',
      startedAt: at,
      durationMs: 1,
      environment: null,
      beside: [],
      fingerprint: null,
      cases: null,
    },
  };
}

function mayEnter(version: string): LedgerRecord {
  const { service, number, digest } = partsOf(version);
  return {
    kind: 'verdict',
    runId: 'r',
    verdict: {
      kind: 'pass',
      service,
      version: number,
      digest,
      from: 'dev',
      to: 'production',
      checks: [],
      decidedAt: at,
    },
  };
}

function stateOf(records: readonly LedgerRecord[]): State {
  return foldState(
    records.map((record, index) => ({ id: String(index), previous: null, version: 3, record })),
  );
}

/** cart 1 and shop 1 are in production and fit; both have a second version. */
const before = [
  ...['shop 1', 'cart 1', 'shop 2', 'cart 2'].map(built),
  ...['shop 1', 'cart 1'].map((version) => promoted(version)),
  expects('cart 1', 'shop old'),
  expects('shop 1'),
  expects('shop 2'),
  verified('old', 'shop 1', 'pass'),
];

function ask(candidate: string, records: readonly LedgerRecord[], together: readonly string[] = [candidate]) {
  const { service } = partsOf(candidate);
  return contracts.judge(
    {
      artifact: artifactOf(candidate),
      from: 'dev',
      to: 'production',
      neighbours: service === 'cart' ? ['shop'] : [],
      dependsOn: [],
      candidates: together.map(partsOf),
      decidedAt: at,
    },
    stateOf([...before, ...records]),
  );
}

function told(results: readonly CheckResult[]): readonly string[] {
  return results.map(({ outcome, reason }) => `${outcome}: ${reason}`);
}

const shop2 = 'shop 2 (73686f702032)';
const cart1 = 'cart 1 (636172742031)';
const cart2 = 'cart 2 (636172742032)';

describe('a candidate as provider', () => {
  test('may enter when it does what the consumer that is there expects', () => {
    expect(told(ask('shop 2', [verified('old', 'shop 2', 'pass')]))).toEqual([
      'pass: 1 contract with the versions in production verified, as consumer and as provider',
    ]);
  });

  test('may not when it breaks it: both versions, the interaction, and what would do are named', () => {
    expect(told(ask('shop 2', [verified('old', 'shop 2', 'fail')]))).toEqual([
      `fail: ${shop2} breaks what ${cart1}, promoted to production, expects: "what old says": status: expected 200 but was 404`,
      `fail: ${shop2} cannot take its place as it is: ${shop2} does not keep what ${cart1} expects. ` +
        `Expand first: keep what ${cart1} expects beside the new, and take it out once no version that expects it is there`,
      'fail: the newest shop that fits production is shop 1 (73686f702031), which is there',
    ]);
  });

  test.each([
    ['nobody verified it', [], /is unknown: nobody has verified it; run: stagegate contracts verify shop$/],
    [
      'its verification was inconclusive',
      [verified('old', 'shop 2', 'inconclusive', 'shop has no handler for "s"')],
      /is unknown: the verification of "what old says" was inconclusive: shop has no handler for "s"$/,
    ],
    [
      'a later verification overtook the pass',
      [verified('old', 'shop 2', 'pass'), verified('old', 'shop 2', 'inconclusive', 'x')],
      /is unknown/,
    ],
    [
      'the consumer that is there went through a contract stage of which no pact was kept',
      [promoted('app 1'), built('app 1'), wentThroughContracts('app 1'), verified('old', 'shop 2', 'pass')],
      /^inconclusive: what app 1 .* in production expects of shop is not in the ledger; check out that version and run: stagegate stage contract app$/,
    ],
  ])('is unknown, and so no, when %s', (_, records, reason) => {
    const results = ask('shop 2', records);
    expect(results.map(({ outcome }) => outcome)).not.toContain('pass');
    expect(told(results)[0]).toMatch(reason);
  });

  test('is asked about the environment it wants to enter only', () => {
    expect(ask('shop 2', [promoted('app 1', 'test'), expects('app 1', 'shop app')])).toHaveLength(2);
    expect(
      told(ask('shop 2', [verified('old', 'shop 2', 'pass'), expects('app 1', 'shop app')])),
    ).toHaveLength(1);
  });
});

describe('a candidate as consumer', () => {
  const same = expects('cart 2', 'shop old');
  const other = expects('cart 2', 'shop new');

  test('that expects the same as the version there is verified already', () => {
    expect(ask('cart 2', [same]).map(({ outcome }) => outcome)).toEqual(['pass']);
  });

  test('may not enter when the provider there does not do what it expects', () => {
    expect(told(ask('cart 2', [other, verified('new', 'shop 1', 'fail')]))[0]).toBe(
      `fail: ${cart2} expects what shop 1 (73686f702031), promoted to production, does not do: "what new says": status: expected 200 but was 404`,
    );
  });

  test('may enter behind a provider that enters before it and does both', () => {
    const records = [
      other,
      verified('new', 'shop 1', 'fail'),
      verified('old', 'shop 2', 'pass'),
      verified('new', 'shop 2', 'pass'),
    ];
    const both = ['shop 2', 'cart 2'];
    expect(ask('shop 2', records, both).map(({ outcome }) => outcome)).toEqual(['pass']);
    expect(ask('cart 2', [...records, mayEnter('shop 2')], both).map(({ outcome }) => outcome)).toEqual([
      'pass',
    ]);
    expect(told(ask('cart 2', records, both))[1]).toBe(`fail: a safe order: promote ${shop2}, then ${cart2}`);
  });

  test('and provider that change together against what is there are both refused, with the proof that no order works', () => {
    const records = [
      other,
      verified('new', 'shop 1', 'fail'),
      verified('old', 'shop 2', 'fail'),
      verified('new', 'shop 2', 'pass'),
    ];
    const both = ['shop 2', 'cart 2'];
    for (const candidate of both) {
      const results = told(ask(candidate, records, both));
      expect(results[0]).toMatch(/^fail/);
      expect(results[1]).toMatch(
        `no order of ${candidate === 'shop 2' ? `${shop2} and ${cart2}` : `${cart2} and ${shop2}`} works: `,
      );
      expect(results[1]).toMatch(`${shop2} does not keep what ${cart1} expects`);
      expect(results[1]).toMatch(`shop 1 (73686f702031) does not keep what ${cart2} expects`);
      expect(results[1]).toMatch(
        'Expand first: promote a version of shop that does what the old and the new cart expect',
      );
    }
  });

  test('waits until the consumer has moved, where that order is the safe one', () => {
    const records = [
      other,
      verified('new', 'shop 1', 'pass'),
      verified('old', 'shop 2', 'fail'),
      verified('new', 'shop 2', 'pass'),
    ];
    const both = ['shop 2', 'cart 2'];
    expect(told(ask('shop 2', records, both))[1]).toBe(`fail: a safe order: promote ${cart2}, then ${shop2}`);
    expect(ask('cart 2', records, both).map(({ outcome }) => outcome)).toEqual(['pass']);
    expect(ask('shop 2', [...records, promoted('cart 2')], both).map(({ outcome }) => outcome)).toEqual([
      'pass',
    ]);
  });
});

describe('a candidate', () => {
  test('of which no contract stage knows anything is not asked', () => {
    expect(ask('desk 1', [built('desk 1')])).toEqual([]);
  });

  test('that is there already changes nothing', () => {
    expect(ask('shop 1', [verified('old', 'shop 1', 'fail')])).toEqual([]);
  });
});

describe('missing verifications', () => {
  const missing = (provider: string, records: readonly LedgerRecord[]) =>
    missingVerifications(
      provider,
      { candidates: ['shop 2', 'cart 2'].map(partsOf), environments: ['production'], runId: null },
      stateOf([...before, ...records]),
    ).map(({ contentHash, provider: { version } }) => `${contentHash} ${version}`);

  test('are pacts of what is there against the candidate, and of the candidate against what is there', () => {
    expect(missing('shop', [expects('cart 2', 'shop new')])).toEqual(['old 2', 'new 1']);
    expect(missing('cart', [expects('cart 2', 'shop new')])).toEqual([]);
  });

  test('leave out what has a result, and what is the same by content', () => {
    expect(missing('shop', [expects('cart 2', 'shop old')])).toEqual(['old 2']);
    expect(missing('shop', [verified('old', 'shop 2', 'fail')])).toEqual([]);
  });
});
