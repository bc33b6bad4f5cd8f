import { expect, test } from 'vitest';
import { type ContractVersion, type MatrixFacts, matrixOf } from './matrix.ts';
import { type Move, safeOrder } from './safe-order.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;
const cart: ContractVersion = { name: 'cart', version: '1', digest: digest('a') };
const shop: ContractVersion = { name: 'shop', version: '1', digest: digest('b') };
const app: ContractVersion = { name: 'app', version: '7.2', digest: null };

function published(consumer: ContractVersion, ...hashes: readonly string[]): MatrixFacts['pacts'][number] {
  const pacts = hashes.map((contentHash) => ({ provider: 'shop', contentHash, content: null }));
  const { name, version, digest: bytes } = consumer;
  return { consumer: name, version, digest: bytes, pacts, at: '2026-11-25T09:00:00.000Z' };
}

function verified(
  contentHash: string,
  provider: ContractVersion,
  status: 'pass' | 'fail' | 'inconclusive',
  more: Partial<MatrixFacts['contracts'][number]> = {},
): MatrixFacts['contracts'][number] {
  return {
    consumer: 'cart',
    consumerDigest: null,
    provider: provider.name,
    contentHash,
    providerDigest: provider.digest,
    providerVersion: provider.version,
    status,
    interactions: [],
    at: '2026-11-25T10:00:00.000Z',
    runId: 'run-1',
    ...more,
  };
}

test.each<[string, MatrixFacts['contracts'], string]>([
  ['the content was verified for this version', [verified('x', shop, 'pass')], 'pass'],
  ['nothing was verified', [], 'unknown'],
  ['another content was', [verified('y', shop, 'pass')], 'unknown'],
  [
    'another version of the provider was',
    [verified('x', { ...shop, digest: digest('c') }, 'pass')],
    'unknown',
  ],
  ['the last result is no longer a pass', [verified('x', shop, 'pass'), verified('x', shop, 'fail')], 'fail'],
  [
    'the last result found nothing out',
    [verified('x', shop, 'pass'), verified('x', shop, 'inconclusive')],
    'unknown',
  ],
  [
    'a result of before was recorded late',
    [verified('x', shop, 'pass'), verified('x', shop, 'fail', { at: '2026-11-25T09:00:00.000Z' })],
    'pass',
  ],
])('a pair where %s', (_, contracts, outcome) => {
  const matrix = matrixOf({ pacts: [published(cart, 'x')], contracts });
  expect(matrix.between(cart, shop).map((pair) => pair.outcome)).toEqual([outcome]);
  expect(matrix.between(shop, cart).map((pair) => pair.consumer.name)).toEqual(['cart']);
});

test('a version expects what it published last; one that nobody built is known by its number', () => {
  const matrix = matrixOf({
    pacts: [published(cart, 'x'), published(app, 'x'), published(cart)],
    contracts: [verified('x', shop, 'pass')],
  });
  expect(matrix.expectationsOf(cart)).toEqual([]);
  expect(matrix.between(cart, shop)).toEqual([]);
  expect(matrix.between(app, shop).map(({ outcome }) => outcome)).toEqual(['pass']);
  expect(matrix.expectationsOf({ ...app, version: '7.3' })).toBeUndefined();
});

test('a version in an environment expects what it did when it came there', () => {
  const later = { ...published(cart, 'y'), at: '2026-11-25T11:00:00.000Z' };
  const matrix = matrixOf({ pacts: [published(cart, 'x'), later], contracts: [] });
  const hashes = (since?: string) =>
    matrix
      .expectationsOf(since === undefined ? cart : { ...cart, since })
      ?.map(({ contentHash }) => contentHash);
  expect(hashes()).toEqual(['y']);
  expect(hashes('2026-11-25T10:00:00.000Z')).toEqual(['x']);
  expect(hashes('2026-11-25T08:00:00.000Z')).toEqual(['y']);
});

test('a ledger that kept no pacts still says what was verified', () => {
  const contracts = [verified('x', shop, 'pass', { consumerDigest: cart.digest })];
  expect(matrixOf({ pacts: [], contracts }).expectationsOf(cart)).toEqual([
    { provider: 'shop', contentHash: 'x', content: null },
  ]);
});

test('a safe order lets every pair fit at every moment, and is found where a step must wait for a third', () => {
  const next = (version: ContractVersion, letter: string): Move => ({
    from: version,
    to: { ...version, version: '2', digest: digest(letter) },
  });
  const [cart2, shop2, app2] = [next(cart, 'd'), next(shop, 'e'), next({ ...app, digest: digest('f') }, '0')];
  const facts: MatrixFacts = {
    pacts: [
      published(cart, 'cart1'),
      published(cart2.to, 'cart2'),
      published({ ...app, digest: digest('f') }, 'app1'),
      published(app2.to, 'app2'),
    ],
    contracts: [
      // The new shop no longer does what the old app expects, and the new cart needs the new shop.
      ...['cart1', 'app1', 'app2'].map((content) => verified(content, shop, 'pass')),
      verified('cart2', shop, 'fail'),
      ...['cart1', 'cart2', 'app2'].map((content) => verified(content, shop2.to, 'pass')),
      verified('app1', shop2.to, 'fail'),
    ],
  };
  const names = (moves: readonly Move[] | null) => moves?.map(({ to }) => to.name);
  expect(names(safeOrder([cart2, shop2, app2], [], matrixOf(facts)))).toEqual(['app', 'shop', 'cart']);
  expect(safeOrder([cart2, shop2], [{ ...app, digest: digest('f') }], matrixOf(facts))).toBeNull();
});
