import { describe, expect, test } from 'vitest';
import { foldState, type LedgerRecord, objectIdOf, type State } from '../ledger/index.ts';
import type { ContractResult, Digest } from '../model/index.ts';
import { systemClock } from '../plumbing/clock.ts';
import { loadChecks } from '../policy/index.ts';
import { FileHashes, ImportGraph } from '../sources/index.ts';
import type { Effects, ReplayOrder, StepContext } from './context.ts';
import { shop } from './fixture.ts';
import replay, { type ReplayStep } from './kinds/replay.ts';
import type { Known } from './known.ts';
import { misfit } from './still-fits.ts';

const at = '2026-11-25T10:00:00.000Z';
const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;
const pactText = '{"consumer":{"name":"orders"},"provider":{"name":"inventory"}}';
const step: ReplayStep = {
  kind: 'replay',
  id: 'replay inventory',
  title: '',
  phase: 'dev',
  needs: [],
  service: 'inventory',
  environments: ['production'],
};

function artifact(service: string, letter: string, runId: string): LedgerRecord {
  return {
    kind: 'artifact',
    runId,
    fingerprint: null,
    artifact: {
      service,
      version: `${letter}-version`,
      digest: digest(letter),
      runtime: 'process',
      location: '',
      bytes: 1,
      commit: null,
      builtAt: at,
    },
  };
}

function promoted(service: string, letter: string): LedgerRecord {
  const version = `${letter}-version`;
  return {
    kind: 'promotion',
    runId: 'run-1',
    service,
    environment: 'production',
    version,
    digest: digest(letter),
    at,
  };
}

function expects(letter: string, contentHash: Digest): LedgerRecord {
  const content = objectIdOf(pactText);
  const pacts = [{ provider: 'inventory', contentHash, content }];
  return {
    kind: 'pacts',
    runId: 'run-1',
    pacts: { consumer: 'orders', version: `${letter}-version`, digest: digest(letter), pacts, at },
  };
}

/** Run 1 promoted orders a and inventory b; run 2 built orders c and inventory d, and orders expects something else. */
const before: readonly LedgerRecord[] = [
  artifact('orders', 'a', 'run-1'),
  artifact('inventory', 'b', 'run-1'),
  promoted('orders', 'a'),
  promoted('inventory', 'b'),
  expects('a', digest('1')),
  artifact('orders', 'c', 'run-2'),
  artifact('inventory', 'd', 'run-2'),
  expects('c', digest('2')),
];

function world(options: { readonly lostBytes?: boolean; readonly lostText?: boolean } = {}) {
  const records = [...before];
  const orders: ReplayOrder[] = [];
  const stateNow = (): State =>
    foldState(records.map((record, index) => ({ id: String(index), previous: null, version: 3, record })));
  const files = new FileHashes('/project');
  const known = (): Known => ({
    config: shop,
    state: stateNow(),
    files,
    imports: new ImportGraph(files),
    runtime: 'process',
    toolchain: '',
    runId: 'run-2',
    now: 0,
    hasArtifact: ({ digest: one }) => options.lostBytes !== true || one !== digest('b'),
  });
  const effects = {
    async replay(order: ReplayOrder): Promise<readonly ContractResult[]> {
      orders.push(order);
      const isOld = order.artifacts.get('inventory')?.digest === digest('b');
      return order.pacts.map(() => ({
        consumer: 'orders',
        provider: 'inventory',
        contentHash: digest(isOld ? '2' : '1'),
        outcome: 'fail',
        interactions: [{ description: 'd', states: [], outcome: 'fail', because: ['status: 404'] }],
      }));
    },
  } as Partial<Effects> as Effects;
  const context = async (): Promise<StepContext> => ({
    get known() {
      return known();
    },
    runId: 'run-2',
    clock: systemClock,
    effects,
    signal: new AbortController().signal,
    checks: await loadChecks(),
    fingerprintOf: () => null,
    report: () => {},
    append: async (added) => void records.push(...added),
    clean: (text) => text,
    latest: () => known().state,
    catchUp: () => {},
    object: async () => (options.lostText === true ? null : pactText),
  });
  return { records, orders, known, context };
}

describe('replaying', () => {
  test('holds the pacts there against the new provider, and the new pacts against the provider there', async () => {
    const { orders, records, known, context } = world();
    expect(replay.reusable?.(step, 'x', known())).toBeNull();
    await replay.run([step], await context());
    expect(orders.map(({ artifacts }) => artifacts.get('inventory')?.digest)).toEqual([
      digest('d'),
      digest('b'),
    ]);
    expect(records.slice(before.length)).toMatchObject([
      {
        contract: {
          contentHash: digest('1'),
          providerDigest: digest('d'),
          consumerDigest: digest('a'),
          status: 'fail',
        },
      },
      {
        contract: {
          contentHash: digest('2'),
          providerDigest: digest('b'),
          consumerDigest: digest('c'),
          status: 'fail',
        },
      },
    ]);
    expect(replay.reusable?.(step, 'x', known())).toMatchObject({ outcome: 'pass' });
  });

  test.each([
    ['bytes', { lostBytes: true }, /^the bytes of inventory b-version can no longer be had/],
    ['text', { lostText: true }, /^the ledger has lost the text of that pact/],
  ])('says what is unknown because %s are lost', async (_, options, because) => {
    const { records, context } = world(options);
    await replay.run([step], await context());
    expect(records.at(-1)).toMatchObject({
      contract: { status: 'inconclusive', interactions: [{ because: expect.stringMatching(because) }] },
    });
  });
});

test('a version whose neighbour was to enter with it and failed is not deployed beside the old neighbour', async () => {
  const { records, known, context } = world();
  const passes = (contentHash: Digest, letter: string, status: 'pass' | 'fail'): LedgerRecord => ({
    kind: 'contract',
    runId: 'run-2',
    contract: {
      consumer: 'orders',
      provider: 'inventory',
      contentHash,
      consumerDigest: null,
      providerDigest: digest(letter),
      status,
      interactions: [],
      at,
    },
  });
  records.push(passes(digest('2'), 'd', 'pass'), passes(digest('2'), 'b', 'fail'), {
    kind: 'verdict',
    runId: 'run-2',
    verdict: {
      kind: 'pass',
      service: 'inventory',
      version: '',
      digest: digest('d'),
      from: 'dev',
      to: 'production',
      checks: [],
      decidedAt: at,
    },
  });
  const version = known().state.artifacts.find((one) => one.digest === digest('c'));
  if (version === undefined) throw new Error('not built');
  const where = { environment: 'production', neighbours: ['inventory'] };
  expect(misfit(version, where, await context())).toBeNull();
  records.push({
    kind: 'deployment',
    runId: 'run-2',
    deployment: {
      service: 'inventory',
      environment: 'production',
      platform: { name: 'embedded', id: 'x', lifetime: 'command' },
      version: '',
      digest: digest('d'),
      outcome: 'fail',
      fingerprint: null,
      at,
    },
  });
  expect(misfit(version, where, await context())).toMatch(
    /^orders c-version .* expects what inventory b-version/,
  );
});
