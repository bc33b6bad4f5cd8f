import { type BrokerState, isSamePlace, type Pact } from './state.ts';
import type { ConsumerVersionSelector, VerificationRequest } from './verification-request.ts';

export interface Chosen {
  readonly pact: Pact;
  readonly short: string;
  readonly reason: string;
  /** A pact that is deployed somewhere is never pending: it must go on being kept. */
  readonly isDeployed: boolean;
}

/** The pacts that one selector of a provider's request means, with the reason for each. Pure. */
export function chosenBy(
  selector: ConsumerVersionSelector,
  provider: string,
  request: VerificationRequest,
  state: BrokerState,
): readonly Chosen[] {
  return state
    .consumersOf(provider)
    .filter((name) => selector.consumer === undefined || selector.consumer === name)
    .flatMap((consumer) => versionsChosen(selector, consumer, provider, request, state));
}

function versionsChosen(
  selector: ConsumerVersionSelector,
  consumer: string,
  provider: string,
  request: VerificationRequest,
  state: BrokerState,
): readonly Chosen[] {
  const pacts = state.pactsOf({ consumer, provider });
  const label = selector.consumer === undefined ? 'version' : `version of ${selector.consumer}`;
  const made = (
    pact: Pact | undefined,
    short: string,
    reason: string,
    isDeployed = false,
  ): readonly Chosen[] =>
    pact === undefined ? [] : [{ pact, short, reason: `${reason} (${pact.number})`, isDeployed }];
  const tagged = (tag: string): readonly Pact[] =>
    pacts.filter((pact) => state.versionOf(pact)?.tags.has(tag));

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
    return made(
      state.newestOnBranch(pacts, main),
      'latest from main branch',
      `latest ${label} from the main branch '${main}'`,
    );
  }
  const branch = selector.matchingBranch
    ? (request.providerVersionBranch ?? null)
    : (selector.branch ?? null);
  if (selector.matchingBranch && branch === null) return [];
  if (branch !== null) {
    const own = state.newestOnBranch(pacts, branch);
    const { fallbackBranch } = selector;
    if (own !== undefined || fallbackBranch === undefined)
      return made(own, `latest from branch ${branch}`, `latest ${label} from branch '${branch}'`);
    return made(
      state.newestOnBranch(pacts, fallbackBranch),
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

function inEnvironments(
  selector: ConsumerVersionSelector,
  pacts: readonly Pact[],
  state: BrokerState,
): readonly Chosen[] {
  const { deployed = false, released = false, deployedOrReleased = false, environment } = selector;
  const wantsAll = deployedOrReleased || (!deployed && !released);
  const ways = [
    {
      isWanted: deployed || wantsAll,
      current: state.currentPlacements('deployed'),
      short: 'deployed to',
      reason: 'currently deployed to',
    },
    {
      isWanted: released || wantsAll,
      current: state.currentPlacements('released'),
      short: 'released in',
      reason: 'released and supported in',
    },
  ].filter(({ isWanted }) => isWanted);
  return [...state.environments.values()]
    .filter(({ name }) => environment === undefined || name === environment)
    .flatMap(({ uuid, name }) =>
      pacts.flatMap((pact) => {
        const place = { pacticipant: pact.consumer, number: pact.number, environment: uuid };
        return ways
          .filter(({ current }) => current.some((one) => isSamePlace(one, place)))
          .map(({ short, reason }) => ({
            pact,
            short: `${short} ${name}`,
            reason: `consumer version(s) ${reason} ${name} (${pact.number})`,
            isDeployed: true,
          }));
      }),
    );
}
