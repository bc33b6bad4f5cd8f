import { type ContractVersion, matrixOf, type Pair } from '../../contracts/index.ts';
import type { State } from '../../ledger/index.ts';
import type { Digest } from '../../model/index.ts';
import { versionOf, versionsIn } from './environment-versions.ts';

/** A pact that must be replayed against a version of its provider before a gate can answer. */
export type MissingVerification = Pair & { readonly content: string };

/**
 * What nobody has verified yet of the contracts between the candidates and the versions in the environments that they
 * are to enter, with `provider` as the provider: pacts of consumers that are there against its candidate, and pacts of
 * candidates against the version of it that is there. What was tried in `runId` already is not tried again. Pure.
 */
export function missingVerifications(
  provider: string,
  about: {
    readonly candidates: readonly { readonly service: string; readonly digest: Digest }[];
    readonly environments: readonly string[];
    readonly runId: string | null;
  },
  state: State,
): readonly MissingVerification[] {
  const matrix = matrixOf(state);
  const candidates = about.candidates.map((candidate) => versionOf(state, candidate));
  const there = about.environments.flatMap((environment) => versionsIn(state, environment));
  const of = (versions: readonly ContractVersion[], isProvider: boolean) =>
    versions.filter(({ name }) => (name === provider) === isProvider);
  const pairs = [
    ...of(candidates, true).flatMap((one) => of(there, false).map((other) => [other, one] as const)),
    ...of(there, true).flatMap((one) => of(candidates, false).map((other) => [other, one] as const)),
  ].flatMap(([consumer, version]) =>
    matrix.between(consumer, version).filter((pair) => pair.provider.name === provider),
  );
  const missing = pairs.filter(
    (pair): pair is MissingVerification =>
      pair.outcome === 'unknown' &&
      pair.content !== null &&
      pair.provider.digest !== null &&
      (about.runId === null || pair.verification?.runId !== about.runId),
  );
  return [...new Map(missing.map((pair) => [`${pair.contentHash} ${pair.provider.digest}`, pair])).values()];
}
