import type { App, QueueEntry, Rejection, UnusedOffer } from './marathon-wire.ts';

/** Why Marathon launches nothing of an app at the moment. */
export type Waiting =
  /** Its tasks ended soon after they had started, so Marathon waits longer each time. */
  | { readonly kind: 'delayed'; readonly seconds: number }
  /** Offers came and none fitted. */
  | {
      readonly kind: 'refused';
      readonly missing: number;
      readonly since: string;
      readonly refused: number;
      /** How many offers the reasons are counted over. */
      readonly last: number;
      /** `3: too little memory (each task asks for 512 MiB)` */
      readonly reasons: readonly string[];
    };

/** Null when nothing keeps the app's tasks from being launched. */
export function whyWaiting(app: App, entry: QueueEntry | undefined): Waiting | null {
  if (entry === undefined) return null;
  const { delay, count, since, processedOffersSummary: summary } = entry;
  if (delay.timeLeftSeconds > 0) return { kind: 'delayed', seconds: delay.timeLeftSeconds };
  const rejections = (summary?.rejectSummaryLastOffers ?? []).filter(({ declined }) => declined > 0);
  if (rejections.length === 0) return null;
  return {
    kind: 'refused',
    missing: count,
    since,
    refused: summary?.unusedOffersCount ?? 0,
    last: Math.max(...rejections.map(({ processed }) => processed)),
    reasons: rejections.map((rejection) => sentenceOf(rejection, app)),
  };
}

/** What refused offers had at most, so that one sees how far off the app is; null without any. */
export function largestOffer(
  offers: readonly UnusedOffer[],
): { readonly cpus: number; readonly mem: number } | null {
  if (offers.length === 0) return null;
  const largest = (name: string): number =>
    Math.max(
      ...offers.map(({ offer }) =>
        offer.resources.filter((one) => one.name === name).reduce((sum, { scalar = 0 }) => sum + scalar, 0),
      ),
    );
  return { cpus: largest('cpus'), mem: largest('mem') };
}

/** As Marathon counts them: each offer once, by the first reason. */
const reasons: Readonly<Record<string, string>> = {
  UnfulfilledRole: 'offered to another role',
  UnfulfilledConstraint: 'a placement constraint is not met',
  NoCorrespondingReservationFound: 'no reservation fits',
  AgentMaintenance: 'the agent is about to go into maintenance',
  DeclinedScarceResources: 'kept for apps that need scarce resources',
  InsufficientCpus: 'too few CPUs',
  InsufficientMemory: 'too little memory',
  InsufficientDisk: 'too little disk',
  InsufficientGpus: 'too few GPUs',
  InsufficientNetworkBandwidth: 'too little network bandwidth',
  InsufficientPorts: 'a port is not free',
  UnmatchedFaultDomain: 'another fault domain is wanted',
};

function sentenceOf({ reason, declined }: Rejection, app: App): string {
  const asked: Readonly<Record<string, string>> = {
    InsufficientCpus: ` (each task asks for ${app.cpus})`,
    InsufficientMemory: ` (each task asks for ${app.mem} MiB)`,
    InsufficientDisk: ` (each task asks for ${app.disk ?? 0} MiB)`,
    InsufficientGpus: ` (each task asks for ${app.gpus ?? 0})`,
  };
  return `${declined}: ${reasons[reason] ?? reason}${asked[reason] ?? ''}`;
}
