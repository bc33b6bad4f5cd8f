import { type Chosen, chosenBy } from './consumer-version-selectors.ts';
import type { BrokerState, Pact } from './state.ts';
import type { VerificationRequest } from './verification-request.ts';

/** One content of a pact that a provider is to verify, and why. */
export interface VerifiablePact {
  /** Of the newest consumer version with this content. */
  readonly pact: Pact;
  /** Short, for lists: `latest from main branch`. */
  readonly short: readonly string[];
  /** One sentence part for each selector that chose it. */
  readonly reasons: readonly string[];
  /** Of a pact that is work in progress: the branches whose newest pact it is. */
  readonly wipBranches: readonly string[];
  readonly pending: boolean;
}

/** The pacts that a version of a provider has to verify, each content once. Pure. */
export function pactsForVerification(
  provider: string,
  request: VerificationRequest,
  state: BrokerState,
): readonly VerifiablePact[] {
  const selectors =
    request.consumerVersionSelectors.length > 0 ? request.consumerVersionSelectors : [{ latest: true }];
  const chosen = selectors.flatMap((selector) => chosenBy(selector, provider, request, state));
  const explicit = [...Map.groupBy(chosen, ({ pact }) => `${pact.consumer} ${pact.sha}`).values()].flatMap(
    (same) => {
      const order = ({ pact }: Chosen): number => state.versionOf(pact)?.order ?? 0;
      const [newest] = same.toSorted((a, b) => order(b) - order(a));
      if (newest === undefined) return [];
      return {
        pact: newest.pact,
        short: unique(same.map(({ short }) => short)),
        reasons: unique(same.map(({ reason }) => reason)),
        wipBranches: [],
        pending:
          request.includePendingStatus &&
          !same.some(({ isDeployed }) => isDeployed) &&
          isPending(newest.pact, request, state),
      };
    },
  );
  return [...explicit, ...workInProgress(provider, request, state, explicit)];
}

/** Not verified by this branch yet; nor by another before this branch began. */
function isPending(pact: Pact, request: VerificationRequest, state: BrokerState): boolean {
  return !successesFor(pact, request, state).some(({ counts }) => counts);
}

function successesFor(
  pact: Pact,
  { providerVersionBranch, providerVersionTags }: VerificationRequest,
  state: BrokerState,
) {
  const { provider, consumer, sha } = pact;
  const branch = providerVersionBranch ?? null;
  const began =
    branch === null
      ? Number.POSITIVE_INFINITY
      : Math.min(
          ...state
            .versionsOf(provider)
            .flatMap((version) => (version.branches.has(branch) ? [version.order] : [])),
          Number.POSITIVE_INFINITY,
        );
  return state.verifications
    .filter((one) => one.success && one.consumer === consumer && one.provider === provider && one.sha === sha)
    .map((one) => {
      const version = state.version(provider, one.providerVersion);
      const byBranch = branch !== null && (version?.branches.has(branch) || (version?.order ?? 0) < began);
      const byTag = providerVersionTags.some((tag) => version?.tags.has(tag));
      const isOpen = branch === null && providerVersionTags.length === 0;
      return { verification: one, counts: byBranch || byTag || isOpen };
    });
}

/** Newest pacts of consumers' branches that nobody chose, that are new, and that this branch did not verify when chosen. */
function workInProgress(
  provider: string,
  request: VerificationRequest,
  state: BrokerState,
  explicit: readonly VerifiablePact[],
): readonly VerifiablePact[] {
  const since = Date.parse(request.includeWipPactsSince ?? '');
  if (Number.isNaN(since)) return [];
  const heads = state.consumersOf(provider).flatMap((consumer) => {
    const branches = unique(state.versionsOf(consumer).flatMap((version) => [...version.branches.keys()]));
    return branches.flatMap((branch) => {
      const head = state.latestOfBranch(consumer, branch);
      const pact = head && state.pactsOf({ consumer, provider, number: head.number })[0];
      return pact === undefined ? [] : [{ pact, branch }];
    });
  });
  return [...Map.groupBy(heads, ({ pact }) => `${pact.consumer} ${pact.sha}`).values()].flatMap(
    (same): VerifiablePact[] => {
      const [first] = same;
      if (first === undefined) return [];
      const { pact } = first;
      const isChosen = explicit.some(
        (one) => one.pact.consumer === pact.consumer && one.pact.sha === pact.sha,
      );
      const isVerified = successesFor(pact, request, state).some(
        ({ verification, counts }) => counts && !verification.wip,
      );
      if (isChosen || isVerified || Date.parse(pact.at) < since) return [];
      const wipBranches = same.map(({ branch }) => branch);
      return [
        {
          pact,
          short: wipBranches.map((branch) => `latest from branch ${branch}`),
          reasons: [],
          wipBranches,
          pending: true,
        },
      ];
    },
  );
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
