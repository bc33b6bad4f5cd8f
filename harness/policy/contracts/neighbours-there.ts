import type { ContractVersion } from '../../contracts/index.ts';
import { lastAttempt, lastVerdict, type State } from '../../ledger/index.ts';
import type { GateQuestion } from '../check.ts';
import { type VersionThere, versionOf, versionsIn } from './environment-versions.ts';

/** A version beside which the candidate would run. */
export interface Neighbour extends ContractVersion {
  readonly how: VersionThere['how'] | 'entering';
}

/**
 * Every version that the candidate would run beside. Services that it calls are deployed before it, so of those that may
 * enter with it only the new version counts; of any other service both do, because nobody says which comes first. Pure.
 */
export function neighboursThere(question: GateQuestion, state: State): readonly Neighbour[] {
  const { artifact, to, candidates, neighbours } = question;
  const entering = candidates
    .filter(({ service, digest }) => {
      const may = lastVerdict(state, service, to, digest)?.kind === 'pass';
      return (
        may && service !== artifact.service && lastAttempt(state, service, to, digest)?.outcome !== 'fail'
      );
    })
    .map((candidate): Neighbour => ({ ...versionOf(state, candidate), how: 'entering' }));
  const staying = versionsIn(state, to).filter(
    ({ name, digest }) =>
      name !== artifact.service &&
      !entering.some((one) => one.name === name && (neighbours.includes(name) || one.digest === digest)),
  );
  return [...staying, ...entering];
}
