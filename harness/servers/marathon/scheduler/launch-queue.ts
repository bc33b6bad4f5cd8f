import type { Clock, Timer } from '../../../plumbing/clock.ts';
import type { Offer } from '../../mesos/v1.ts';
import type { AppDefinition, PathId } from '../definition/index.ts';
import {
  countOffer,
  emptyTally,
  type OfferMatch,
  type OfferTally,
  type RefusalReason,
} from '../offers/index.ts';
import { afterLaunch, afterTaskEnded, isForgotten, type LaunchDelay, timeLeftMs } from '../plan/index.ts';
import { type Instance, timestamp } from '../tracker/instance.ts';
import type { InstanceChange } from '../tracker/tracker.ts';

/** Refused offers that are kept per app for `embed=lastUnusedOffers`. */
const keptOffers = 10;

export interface UnusedOffer {
  readonly offer: Offer;
  readonly reason: RefusalReason;
  readonly at: number;
}

/** One app that waits: its instances without a task, whatever their version. */
export interface QueuedApp {
  /** The newest definition among those that wait. */
  readonly app: AppDefinition;
  /** Instances that wait, and those whose launch has just been sent. */
  readonly count: number;
  readonly since: number;
  readonly tally: OfferTally;
  readonly unusedOffers: readonly UnusedOffer[];
}

interface Entry {
  app: AppDefinition;
  /** By version, then by instance id. */
  waiting: Map<string, Map<string, Instance>>;
  /** Launch sent, nothing heard from Mesos yet. */
  unconfirmed: Set<string>;
  since: number;
  tally: OfferTally;
  unusedOffers: UnusedOffer[];
}

/** Instances that wait for an offer, why offers were refused, and how long each app must pause after failures. */
export class LaunchQueue {
  readonly #clock: Clock;
  /** Called when instances of a role may be launched that could not be before. */
  readonly #onDemand: (role: string) => void;
  readonly #entries = new Map<PathId, Entry>();
  readonly #delays = new Map<string, LaunchDelay>();
  readonly #alarms = new Map<string, Timer>();

  constructor(clock: Clock, onDemand: (role: string) => void) {
    this.#clock = clock;
    this.#onDemand = onDemand;
  }

  onInstanceChange({ before, after, status }: InstanceChange): void {
    const instance = after ?? before;
    if (instance === null) return;
    if (after !== null && status !== undefined && after.condition !== before?.condition) this.#noteEnd(after);
    if (after !== null && after.condition === 'Scheduled' && after.goal === 'Running') this.#add(after);
    else this.#settle(instance, after !== null && after.condition === 'Provisioned');
  }

  /** One instance of each app and version of the role that may be launched now, longest waiting app first. */
  *launchable(role: string): Generator<Instance> {
    for (const entry of this.#entries.values()) {
      for (const ofVersion of entry.waiting.values()) {
        const [instance] = ofVersion.values();
        if (instance?.role === role && this.timeLeftMs(instance.app) <= 0) yield instance;
      }
    }
  }

  wants(role: string): boolean {
    return !this.launchable(role).next().done;
  }

  get(appId: PathId): QueuedApp | undefined {
    const entry = this.#entries.get(appId);
    if (entry === undefined) return undefined;
    const { app, since, tally, unusedOffers } = entry;
    return { app, count: countOf(entry), since, tally, unusedOffers };
  }

  /** Apps with instances that wait or whose launch has just been sent, in the order in which they began to wait. */
  list(): readonly QueuedApp[] {
    return [...this.#entries.keys()].flatMap((appId) => this.get(appId) ?? []);
  }

  timeLeftMs(app: AppDefinition): number {
    return timeLeftMs(this.#delayOf(app), this.#clock.monotonic());
  }

  /** By request, by a new configuration, or by a restart. */
  resetDelay(app: AppDefinition): void {
    if (!this.#delays.delete(delayKey(app))) return;
    this.#alarms.get(delayKey(app))?.cancel();
    this.#onDemand(app.role);
  }

  noteOffer(app: AppDefinition, offer: Offer, match: OfferMatch): void {
    const entry = this.#entries.get(app.id);
    if (entry === undefined) return;
    const now = this.#clock.now();
    entry.tally = countOffer(entry.tally, offer.agent_id.value, match, timestamp(now));
    if (match.kind === 'match') return;
    const others = entry.unusedOffers.filter(
      (unused) => unused.offer.agent_id.value !== offer.agent_id.value,
    );
    entry.unusedOffers = [...others, { offer, reason: match.reason, at: now }].slice(-keptOffers);
  }

  #add(instance: Instance): void {
    const entry = this.#entries.get(instance.appId) ?? this.#newEntry(instance.app);
    this.#entries.set(instance.appId, entry);
    if (instance.version > entry.app.version) entry.app = instance.app;
    entry.unconfirmed.delete(instance.instanceId);
    forget(entry, instance.instanceId);
    const ofVersion = entry.waiting.get(instance.version) ?? new Map<string, Instance>();
    entry.waiting.set(instance.version, ofVersion.set(instance.instanceId, instance));
    const left = this.timeLeftMs(instance.app);
    if (left <= 0) this.#onDemand(instance.role);
    else this.#wakeAfter(instance.app, left);
  }

  #settle({ appId, instanceId, app }: Instance, isLaunched: boolean): void {
    const entry = this.#entries.get(appId);
    if (entry === undefined) return;
    const waited = forget(entry, instanceId);
    if (isLaunched && waited) {
      entry.unconfirmed.add(instanceId);
      const delay = afterLaunch(this.#delayOf(app), this.#clock.monotonic());
      if (delay !== undefined) this.#delays.set(delayKey(app), delay);
    } else {
      entry.unconfirmed.delete(instanceId);
    }
    if (countOf(entry) === 0) this.#entries.delete(appId);
  }

  #newEntry(app: AppDefinition): Entry {
    return {
      app,
      waiting: new Map(),
      unconfirmed: new Set(),
      since: this.#clock.now(),
      tally: emptyTally,
      unusedOffers: [],
    };
  }

  #noteEnd({ app, condition }: Instance): void {
    const delay = afterTaskEnded(app, this.#delayOf(app), condition, this.#clock.monotonic());
    if (delay !== undefined) this.#delays.set(delayKey(app), delay);
  }

  #delayOf(app: AppDefinition): LaunchDelay | undefined {
    const key = delayKey(app);
    const delay = this.#delays.get(key);
    if (delay === undefined || !isForgotten(app, delay, this.#clock.monotonic())) return delay;
    this.#delays.delete(key);
    return undefined;
  }

  /** Asks for offers when the app's delay is over, however often it has grown meanwhile. */
  #wakeAfter(app: AppDefinition, delayMs: number): void {
    const key = delayKey(app);
    this.#alarms.get(key)?.cancel();
    const alarm = this.#clock.after(delayMs, () => {
      this.#alarms.delete(key);
      if (!this.#entries.has(app.id)) return;
      const left = this.timeLeftMs(app);
      if (left > 0) this.#wakeAfter(app, left);
      else this.#onDemand(app.role);
    });
    this.#alarms.set(key, alarm);
  }
}

function countOf({ waiting, unconfirmed }: Entry): number {
  let count = unconfirmed.size;
  for (const ofVersion of waiting.values()) count += ofVersion.size;
  return count;
}

/** Whether it waited. */
function forget({ waiting }: Entry, instanceId: string): boolean {
  for (const [version, ofVersion] of waiting) {
    if (!ofVersion.delete(instanceId)) continue;
    if (ofVersion.size === 0) waiting.delete(version);
    return true;
  }
  return false;
}

/** Scaling keeps a delay, a new configuration begins without one. */
function delayKey({ id, versionInfo }: AppDefinition): string {
  return `${id}@${versionInfo.lastConfigChangeAt}`;
}
