import { type LedgerRecord, objectIdOf, type RecordOf } from '../ledger/index.ts';
import type { ContractResult, Digest, StageResult } from '../model/index.ts';

/** What the contract stage found of each pact of a provider, as the ledger keeps it. */
export function contractRecordsOf(
  { contracts = [], digest, startedAt }: StageResult,
  runId: string,
  digestOf: (service: string) => Digest | undefined,
): LedgerRecord[] {
  return contracts.map((contract) =>
    contractRecord(contract, {
      runId,
      consumerDigest: digestOf(contract.consumer) ?? null,
      providerDigest: digest,
      at: startedAt,
    }),
  );
}

/** What one verification of a pact found, whoever asked for it. */
export function contractRecord(
  { consumer, provider, contentHash, outcome, interactions }: ContractResult,
  about: Pick<RecordOf<'contract'>['contract'], 'consumerDigest' | 'providerDigest' | 'at'> & {
    readonly runId: string;
  },
): RecordOf<'contract'> {
  const { runId, consumerDigest, providerDigest, at } = about;
  return {
    kind: 'contract',
    runId,
    contract: {
      consumer,
      provider,
      contentHash,
      consumerDigest,
      providerDigest,
      // That a consumer calls a failure pending makes no provider compatible.
      status: outcome === 'pending' ? 'inconclusive' : outcome,
      interactions: interactions.map(({ description, outcome: status, because }) => ({
        description,
        status,
        ...(because === undefined ? {} : { because: because.join('; ') }),
      })),
      at,
    },
  };
}

/** What a version of a consumer expects of others, and the texts of the pacts; nothing when it is not known. */
export function pactRecordsOf(
  { pacts, service, digest, startedAt }: StageResult,
  runId: string,
  version: string,
): { readonly records: readonly LedgerRecord[]; readonly objects: readonly string[] } {
  if (pacts === undefined) return { records: [], objects: [] };
  const published = pacts.map(({ provider, contentHash, content }) => ({
    provider,
    contentHash,
    content: objectIdOf(content),
  }));
  return {
    records: [
      {
        kind: 'pacts',
        runId,
        pacts: { consumer: service, version, digest, pacts: published, at: startedAt },
      },
    ],
    objects: pacts.map(({ content }) => content),
  };
}
