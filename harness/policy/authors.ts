import { artifactOf, promotedIn, type State } from '../ledger/index.ts';
import type { Artifact } from '../model/index.ts';

/** Who wrote what an artifact would change in an environment: the commits that the version there does not have. */
export function authorsOf(artifact: Artifact, environment: string, state: State): readonly string[] {
  const there = promotedIn(state, artifact.service, environment);
  const replaced = there === undefined ? undefined : artifactOf(state, { digest: there.digest });
  const known = new Set(replaced?.changes?.map(({ commit }) => commit) ?? []);
  const changes = (artifact.changes ?? []).filter(({ commit }) => !known.has(commit));
  return [...new Set(changes.flatMap(({ authors }) => authors))];
}
