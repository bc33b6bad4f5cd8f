import { expect, test } from 'vitest';
import type { StageResult } from '../model/index.ts';
import { contractRecordsOf } from './contract-records.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const other = `sha256:${'b'.repeat(64)}` as const;

test('every pact of a provider becomes a record that names both artifacts; what is pending is no pass', () => {
  const result: StageResult = {
    stage: 'contract',
    service: 'shop',
    status: 'inconclusive',
    tests: { passed: 1, failed: 0, skipped: 0 },
    cases: [],
    digest,
    runtime: 'process',
    startedAt: '2026-11-25T10:00:00.000Z',
    durationMs: 1,
    contracts: ['cart', 'app'].map((consumer) => ({
      consumer,
      provider: 'shop',
      contentHash: other,
      outcome: 'pending',
      interactions: [
        { description: 'd', states: [], outcome: 'pending', because: ['status: expected 200 but was 500'] },
      ],
    })),
  };
  const records = contractRecordsOf(result, 'run-1', (service) => (service === 'cart' ? other : undefined));
  expect(records).toMatchObject([
    { contract: { consumer: 'cart', consumerDigest: other, providerDigest: digest, status: 'inconclusive' } },
    { contract: { consumer: 'app', consumerDigest: null } },
  ]);
});
