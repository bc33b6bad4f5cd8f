import type { BrokerState, Version } from './state.ts';

/** Which versions of one pacticipant are meant. Absent members are not asked about. */
export interface VersionSelector {
  readonly pacticipant: string;
  readonly version?: string | undefined;
  readonly latest?: boolean;
  readonly tag?: string | undefined;
  readonly branch?: string | undefined;
  readonly mainBranch?: boolean;
  /** By name. */
  readonly environment?: string | undefined;
}

/** Whether it names a pacticipant and says nothing of versions. */
export function meansAny({
  version,
  latest,
  tag,
  branch,
  mainBranch,
  environment,
}: VersionSelector): boolean {
  return [version, tag, branch, environment].every((one) => one === undefined) && !latest && !mainBranch;
}

/** The versions that a selector means, oldest first; for one that means any, all there are. */
export function versionsFor(selector: VersionSelector, state: BrokerState): readonly Version[] {
  const { pacticipant, version, latest = false, tag, branch, mainBranch = false, environment } = selector;
  const all = state.versionsOf(pacticipant);
  if (version !== undefined) return all.filter(({ number }) => number === version);
  if (environment !== undefined) {
    const uuid = state.environmentNamed(environment)?.uuid ?? '';
    const numbers = state.numbersIn(uuid, pacticipant);
    return all.filter(({ number }) => numbers.includes(number));
  }
  const main = mainBranch ? (state.pacticipants.get(pacticipant)?.mainBranch ?? null) : null;
  const onBranch = branch ?? main;
  if (mainBranch && main === null) return [];
  if (onBranch !== null && onBranch !== undefined) {
    if (!latest && !mainBranch) return all.filter(({ branches }) => branches.has(onBranch));
    return [state.latestOfBranch(pacticipant, onBranch) ?? []].flat();
  }
  const tagged = tag === undefined ? all : all.filter(({ tags }) => tags.has(tag));
  // A tag alone means its latest version where something is deployed to it.
  return latest ? tagged.slice(-1) : tagged;
}

/** The selector in words, as the Pact Broker says it; `found` is the version that it means here. */
export function describeSelector(
  selector: VersionSelector,
  found: { readonly number: string | null; readonly oneOfMany?: boolean; readonly exists?: boolean },
): string {
  const {
    pacticipant: name,
    version,
    latest = false,
    tag,
    branch,
    mainBranch = false,
    environment,
  } = selector;
  const { number, oneOfMany = false, exists = true } = found;
  const shown = number === null ? '(no such version exists)' : `(${number})`;
  if (version !== undefined)
    return `version ${version} of ${name}${exists ? '' : ' (no such version exists)'}`;
  if (latest && tag !== undefined) return `the latest version of ${name} with tag ${tag} ${shown}`;
  if (mainBranch) {
    return number === null
      ? `any version of ${name} from the main branch (no versions exist for this branch)`
      : `the version of ${name} from the main branch (${number})`;
  }
  if (latest && branch !== undefined) return `the latest version of ${name} from branch ${branch} ${shown}`;
  if (branch !== undefined) {
    if (number === null) return `a version of ${name} from branch ${branch} ${shown}`;
    return `${oneOfMany ? 'one of the versions' : 'the version'} of ${name} from branch ${branch} ${shown}`;
  }
  if (latest) return `the latest version of ${name} ${shown}`;
  if (tag !== undefined) return `a version of ${name} with tag ${tag} ${shown}`;
  if (environment !== undefined) {
    return number === null
      ? `a version of ${name} currently in ${environment} (no version is currently recorded as deployed/released in this environment)`
      : `${oneOfMany ? 'one of the versions' : 'the version'} of ${name} currently in ${environment} (${number})`;
  }
  return `any version of ${name}`;
}

/** Why a selector that had to mean a version means none. */
export function describeMissing({
  pacticipant: name,
  version,
  tag,
  branch,
  mainBranch,
  environment,
}: VersionSelector): string {
  if (tag !== undefined) return `No version with tag ${tag} exists for ${name}`;
  if (branch !== undefined) return `No version of ${name} from branch ${branch} exists`;
  if (mainBranch) return `No version of ${name} from the main branch exists`;
  if (environment !== undefined)
    return `No version of ${name} is currently recorded as deployed or released in environment ${environment}`;
  if (version !== undefined)
    return `No pacts or verifications have been published for version ${version} of ${name}`;
  return `No pacts or verifications have been published for ${name}`;
}
