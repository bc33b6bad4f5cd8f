import { type BuiltArtifact, promotedIn, type State } from '../../ledger/index.ts';

/** What an environment was last cleared for; undefined when nothing was, or the ledger no longer has it. */
export function artifactThere(state: State, service: string, environment: string): BuiltArtifact | undefined {
  const promoted = promotedIn(state, service, environment);
  return promoted === undefined ? undefined : artifactBy(state, service, promoted.digest);
}

/** By its version, or by the beginning of its digest with or without `sha256:`; the newest one. */
export function artifactNamed(state: State, service: string, text: string): BuiltArtifact | undefined {
  return state.artifacts.findLast(
    (one) =>
      one.service === service &&
      (one.version === text || one.digest.startsWith(text) || one.digest.startsWith(`sha256:${text}`)),
  );
}

export function artifactBy(state: State, service: string, digest: string): BuiltArtifact | undefined {
  return state.artifacts.findLast((one) => one.service === service && one.digest === digest);
}
