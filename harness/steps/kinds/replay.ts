import type { Step, StepEnd } from '../../engine/index.ts';
import { artifactOf, type LedgerRecord } from '../../ledger/index.ts';
import { counted, type Digest, type StageResult } from '../../model/index.ts';
import { type MissingVerification, missingVerifications } from '../../policy/index.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';
import { contractRecord } from '../contract-records.ts';
import { candidateOf, type Known } from '../known.ts';

/**
 * Replays what nobody has verified yet of the contracts of one provider with the versions in later environments, so that
 * a gate finds results instead of asking for them.
 */
export interface ReplayStep extends Step {
  readonly kind: 'replay';
  /** The provider. */
  readonly service: string;
  /** Environments that the candidates are to enter. */
  readonly environments: readonly string[];
}

export default {
  kind: 'replay',
  width: 1,
  // What is missing follows from the ledger alone, and is asked of it.
  inputs: () => ({ matrix: 'the ledger' }),
  reusable(step, _fingerprint, known) {
    const missing = missingFor(step, known);
    return missing === null || missing.length > 0 ? null : { outcome: 'pass', detail: 'nothing is missing' };
  },
  run: async (steps, context) => {
    const ends: StepEnd[] = [];
    for (const step of steps) ends.push(await replay(step, context));
    return ends;
  },
} satisfies StepKind<ReplayStep>;

/** Null while some candidate is not built yet, so that its pacts are unknown. */
function missingFor(
  { service, environments }: ReplayStep,
  known: Known,
): readonly MissingVerification[] | null {
  const candidates = known.config.services.map(({ name }) => candidateOf(name, known));
  const built = candidates.filter((candidate) => candidate !== undefined);
  if (known.runId === null && built.length < candidates.length) return null;
  return missingVerifications(service, { candidates: built, environments, runId: known.runId }, known.state);
}

async function replay(step: ReplayStep, context: StepContext): Promise<StepEnd> {
  const missing = missingFor(step, context.known) ?? [];
  if (missing.length === 0) return { outcome: 'pass', detail: 'nothing is missing' };
  const perVersion = Map.groupBy(missing, ({ provider }) => provider.digest);
  const statuses: string[] = [];
  for (const [digest, pairs] of perVersion) {
    if (digest === null) continue;
    const records = await replayAgainst(digest, pairs, step, context);
    await context.append(records);
    statuses.push(...records.map(({ contract }) => contract.status));
  }
  const passed = statuses.filter((status) => status === 'pass').length;
  const detail = `${passed} of ${counted(statuses.length, 'pact')} of other versions kept`;
  return { outcome: 'pass', detail };
}

async function replayAgainst(
  digest: Digest,
  pairs: readonly MissingVerification[],
  { service }: ReplayStep,
  context: StepContext,
): Promise<readonly (LedgerRecord & { kind: 'contract' })[]> {
  const { known, effects, runId, signal } = context;
  const artifact = artifactOf(known.state, { digest });
  const at = isoNow(context);
  const unknown = (pair: MissingVerification, because: string) =>
    contractRecord(inconclusive(pair, because), {
      runId,
      providerDigest: digest,
      consumerDigest: pair.consumer.digest,
      at,
    });
  if (artifact === undefined || !known.hasArtifact(artifact)) {
    const because = `the bytes of ${service} ${artifact?.version ?? digest} can no longer be had; build that commit again`;
    return pairs.map((pair) => unknown(pair, because));
  }
  const artifacts = new Map(
    known.config.services.flatMap(({ name }) => {
      const one = name === service ? artifact : candidateOf(name, known);
      return one === undefined ? [] : [[name, one] as const];
    }),
  );
  const texts = await Promise.all(
    pairs.map(async (pair) => ({ pair, text: await context.object(pair.content) })),
  );
  const found = texts.flatMap(({ pair, text }) => (text === null ? [] : [{ pair, text }]));
  const contracts =
    found.length === 0
      ? []
      : await effects.replay({ provider: service, artifacts, pacts: found.map(({ text }) => text) }, signal);
  return pairs.map((pair) => {
    const contract = contracts.find(({ contentHash }) => contentHash === pair.contentHash);
    return contract === undefined
      ? unknown(pair, 'the ledger has lost the text of that pact')
      : contractRecord(contract, { runId, providerDigest: digest, consumerDigest: pair.consumer.digest, at });
  });
}

function inconclusive(
  { consumer, provider, contentHash }: MissingVerification,
  because: string,
): NonNullable<StageResult['contracts']>[number] {
  return {
    consumer: consumer.name,
    provider: provider.name,
    contentHash: contentHash as Digest,
    outcome: 'inconclusive',
    interactions: [
      { description: 'the whole pact', states: [], outcome: 'inconclusive', because: [because] },
    ],
  };
}
