import { z } from 'zod';
import type { BrokerState, Pact, Version } from './state.ts';

/** What a provider's verification asks for. Members that no version of the broker knows are let through. */
export const verificationRequest = z.looseObject({
  consumerVersionSelectors: z
    .array(
      z.looseObject({
        consumer: z.string().optional(),
        mainBranch: z.boolean().optional(),
        branch: z.string().optional(),
        fallbackBranch: z.string().optional(),
        matchingBranch: z.boolean().optional(),
        tag: z.string().optional(),
        fallbackTag: z.string().optional(),
        latest: z.boolean().optional(),
        deployed: z.boolean().optional(),
        released: z.boolean().optional(),
        deployedOrReleased: z.boolean().optional(),
        environment: z.string().optional(),
      }),
    )
    .default([]),
  providerVersionBranch: z.string().nullish(),
  providerVersionTags: z.array(z.string()).default([]),
  includePendingStatus: z.boolean().default(false),
  includeWipPactsSince: z.string().nullish(),
});

export type VerificationRequest = z.infer<typeof verificationRequest>;
type Selector = VerificationRequest['consumerVersionSelectors'][number];

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

interface Chosen {
  readonly pact: Pact;
  readonly short: string;
  readonly reason: string;
  /** A pact that is deployed somewhere is never pending: it must go on being kept. */
  readonly isDeployed: boolean;
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
      const [newest] = same.toSorted((a, b) => orderOf(b.pact, state) - orderOf(a.pact, state));
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

function chosenBy(
  selector: Selector,
  provider: string,
  request: VerificationRequest,
  state: BrokerState,
): readonly Chosen[] {
  const consumers = unique(state.pactsOf({ provider }).map(({ consumer }) => consumer));
  return consumers
    .filter((name) => selector.consumer === undefined || selector.consumer === name)
    .flatMap((consumer) => versionsChosen(selector, consumer, provider, request, state));
}

function versionsChosen(
  selector: Selector,
  consumer: string,
  provider: string,
  request: VerificationRequest,
  state: BrokerState,
): readonly Chosen[] {
  const pacts = state
    .pactsOf({ consumer, provider })
    .toSorted((a, b) => orderOf(a, state) - orderOf(b, state));
  const label = selector.consumer === undefined ? 'version' : `version of ${selector.consumer}`;
  const made = (
    pact: Pact | undefined,
    short: string,
    reason: string,
    isDeployed = false,
  ): readonly Chosen[] =>
    pact === undefined ? [] : [{ pact, short, reason: `${reason} (${pact.number})`, isDeployed }];
  const onBranch = (branch: string): Pact | undefined =>
    pacts
      .filter((pact) => versionOf(pact, state)?.branches.has(branch))
      .toSorted((a, b) => branchOrder(a, branch, state) - branchOrder(b, branch, state))
      .at(-1);
  const tagged = (tag: string): readonly Pact[] =>
    pacts.filter((pact) => versionOf(pact, state)?.tags.has(tag));

  if (
    selector.deployed ||
    selector.released ||
    selector.deployedOrReleased ||
    selector.environment !== undefined
  )
    return inEnvironments(selector, pacts, state);
  const main = state.pacticipants.get(consumer)?.mainBranch ?? null;
  if (selector.mainBranch) {
    if (main === null) return [];
    return made(onBranch(main), 'latest from main branch', `latest ${label} from the main branch '${main}'`);
  }
  const branch = selector.matchingBranch
    ? (request.providerVersionBranch ?? null)
    : (selector.branch ?? null);
  if (selector.matchingBranch && branch === null) return [];
  if (branch !== null) {
    const own = onBranch(branch);
    const { fallbackBranch } = selector;
    if (own !== undefined || fallbackBranch === undefined)
      return made(own, `latest from branch ${branch}`, `latest ${label} from branch '${branch}'`);
    return made(
      onBranch(fallbackBranch),
      `latest from branch ${fallbackBranch}`,
      `latest ${label} from branch '${fallbackBranch}' (fallback branch used as no pact was found from branch '${branch}')`,
    );
  }
  const { tag, fallbackTag } = selector;
  if (tag !== undefined) {
    if (!selector.latest)
      return tagged(tag).flatMap((pact) =>
        made(pact, `one of ${tag}`, `all consumer versions tagged '${tag}'`),
      );
    const own = tagged(tag).at(-1);
    if (own !== undefined || fallbackTag === undefined)
      return made(own, `latest with tag ${tag}`, `latest ${label} tagged '${tag}'`);
    return made(
      tagged(fallbackTag).at(-1),
      `latest with tag ${fallbackTag}`,
      `latest ${label} tagged '${fallbackTag}' (fallback tag used as no pact was found with tag '${tag}')`,
    );
  }
  return made(
    pacts.at(-1),
    'latest',
    `latest version of ${selector.consumer ?? 'a consumer'} that has a pact with ${provider}`,
  );
}

function inEnvironments(selector: Selector, pacts: readonly Pact[], state: BrokerState): readonly Chosen[] {
  const wantsDeployed = selector.deployed === true || selector.deployedOrReleased === true;
  const wantsReleased = selector.released === true || selector.deployedOrReleased === true;
  const wantsAll = !wantsDeployed && !wantsReleased;
  return [...state.environments.values()]
    .filter(({ name }) => selector.environment === undefined || name === selector.environment)
    .flatMap(({ uuid, name }) =>
      pacts.flatMap((pact): readonly Chosen[] => {
        const is = (one: {
          readonly pacticipant: string;
          readonly number: string;
          readonly environment: string;
        }) => one.environment === uuid && one.pacticipant === pact.consumer && one.number === pact.number;
        const deployed =
          (wantsDeployed || wantsAll) && state.deployed.some((one) => is(one) && one.undeployedAt === null);
        const released =
          (wantsReleased || wantsAll) && state.released.some((one) => is(one) && one.supportEndedAt === null);
        return [
          ...(deployed
            ? [
                {
                  pact,
                  short: `deployed to ${name}`,
                  reason: `consumer version(s) currently deployed to ${name} (${pact.number})`,
                  isDeployed: true,
                },
              ]
            : []),
          ...(released
            ? [
                {
                  pact,
                  short: `released in ${name}`,
                  reason: `consumer version(s) released and supported in ${name} (${pact.number})`,
                  isDeployed: true,
                },
              ]
            : []),
        ];
      }),
    );
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
  const consumers = unique(state.pactsOf({ provider }).map(({ consumer }) => consumer));
  const heads = consumers.flatMap((consumer) => {
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

function versionOf({ consumer, number }: Pact, state: BrokerState): Version | undefined {
  return state.version(consumer, number);
}

function orderOf(pact: Pact, state: BrokerState): number {
  return versionOf(pact, state)?.order ?? 0;
}

function branchOrder(pact: Pact, branch: string, state: BrokerState): number {
  return versionOf(pact, state)?.branches.get(branch) ?? 0;
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
