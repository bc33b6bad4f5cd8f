import type { LedgerRecord } from '../ledger/index.ts';
import type { Digest, StageResult } from '../model/index.ts';

/** What the contract stage found of each pact of a provider, as the ledger keeps it. */
export function contractRecordsOf(
  { contracts = [], digest, startedAt }: StageResult,
  runId: string,
  digestOf: (service: string) => Digest | undefined,
): LedgerRecord[] {
  return contracts.map(({ consumer, provider, contentHash, outcome, interactions }) => ({
    kind: 'contract',
    runId,
    contract: {
      consumer,
      provider,
      contentHash,
      consumerDigest: digestOf(consumer) ?? null,
      providerDigest: digest,
      // That a consumer calls a failure pending makes no provider compatible.
      status: outcome === 'pending' ? 'inconclusive' : outcome,
      interactions: interactions.map(({ description, outcome: status, because }) => ({
        description,
        status,
        ...(because === undefined ? {} : { because: because.join('; ') }),
      })),
      at: startedAt,
    },
  }));
}
