import { artifactOf, type BuiltArtifact, promotedIn, type State } from '../../ledger/index.ts';
import type { Digest, PromotedVersion, RunRecord, ServiceChange } from '../../model/index.ts';

/** What each service of the run would change in the target, compared with what that was cleared for before it. Pure. */
export function changesOf(
  { services, target }: RunRecord,
  before: State,
  after: State,
): readonly ServiceChange[] {
  return services.flatMap(({ name, version, digest, bytes }) => {
    const promoted = promotedIn(before, name, target);
    if (promoted?.digest === digest) return [];
    const now = artifactOf(after, { digest });
    const old = promoted === undefined ? undefined : artifactOf(after, { digest: promoted.digest });
    const from: PromotedVersion | null =
      promoted === undefined
        ? null
        : {
            version: promoted.version,
            digest: promoted.digest,
            commit: old?.commit ?? null,
            // An image and a bundle are not compared.
            bytes: old !== undefined && old.runtime === now?.runtime ? old.bytes : null,
            promotedAt: promoted.at,
          };
    return [
      {
        service: name,
        from,
        to: { version, digest, commit: now?.commit ?? null, bytes },
        ...commitsBetween(old, now),
        pacts: pactChanges(after, name, promoted?.digest ?? null, digest),
      },
    ];
  });
}

/** Each artifact knows the last commits of its service: the new ones are those that the old one does not know. */
function commitsBetween(
  old: BuiltArtifact | undefined,
  now: BuiltArtifact | undefined,
): Pick<ServiceChange, 'commits' | 'hasAllCommits'> {
  const all = now?.changes ?? [];
  if (old?.changes === undefined) return { commits: old === undefined ? all : [], hasAllCommits: false };
  const known = new Set(old.changes.map(({ commit }) => commit).filter((commit) => commit !== 'uncommitted'));
  const commits = all.filter(({ commit }) => !known.has(commit));
  return { commits, hasAllCommits: commits.length < all.length || commits.length === 0 };
}

function pactChanges(state: State, consumer: string, from: Digest | null, to: Digest): readonly string[] {
  const pactsOf = (digest: Digest | null): ReadonlyMap<string, string> => {
    const published = state.pacts.findLast((one) => one.consumer === consumer && one.digest === digest);
    return new Map((published?.pacts ?? []).map(({ provider, contentHash }) => [provider, contentHash]));
  };
  const [old, now] = [pactsOf(from), pactsOf(to)];
  const providers = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return providers.flatMap((provider) => {
    if (old.get(provider) === now.get(provider)) return [];
    if (!now.has(provider)) return [`it expects nothing of ${provider} any more`];
    return [old.has(provider) ? `it expects something else of ${provider}` : `it calls ${provider} now`];
  });
}
