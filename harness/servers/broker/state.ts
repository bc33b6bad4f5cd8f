import type { BrokerEvent, EventOf } from './events.ts';

export interface Pacticipant {
  readonly name: string;
  readonly displayName: string;
  readonly mainBranch: string | null;
  readonly repositoryUrl: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Version {
  readonly pacticipant: string;
  readonly number: string;
  /** Later ones are greater. */
  readonly order: number;
  readonly createdAt: string;
  buildUrl: string | null;
  /** Branch → when the version became part of it, as an order. */
  readonly branches: Map<string, number>;
  readonly tags: Map<string, string>;
}

export type Pact = EventOf<'pact'>;
export type Verification = EventOf<'verification'> & {
  /** Counts within one pact content. */
  readonly number: number;
};
export type Environment = EventOf<'environment'> & { readonly updatedAt: string };
/** A version that was deployed to an environment, or released in it; `endedAt` is null for as long as it is there. */
export type Placement = (EventOf<'deployed'> | EventOf<'released'>) & { readonly endedAt: string | null };
export type Place = Pick<Placement, 'pacticipant' | 'number' | 'environment'>;
export type Webhook = EventOf<'webhook'>;

/** All that a broker knows: the fold of its events. Only {@link apply} changes it. */
export class BrokerState {
  readonly pacticipants = new Map<string, Pacticipant>();
  readonly versions = new Map<string, Map<string, Version>>();
  pacts: Pact[] = [];
  verifications: Verification[] = [];
  readonly environments = new Map<string, Environment>();
  placements: Placement[] = [];
  readonly webhooks = new Map<string, Webhook>();
  #order = 0;

  apply(event: BrokerEvent): void {
    switch (event.type) {
      case 'pacticipant':
        this.#setPacticipant(event);
        return;
      case 'pacticipant-deleted':
        this.#removePacticipant(event.name);
        return;
      case 'version':
        this.#setVersion(event);
        return;
      case 'version-deleted':
        this.#removeVersion(event.pacticipant, event.number);
        return;
      case 'branch-deleted':
        for (const version of this.versionsOf(event.pacticipant)) version.branches.delete(event.branch);
        return;
      case 'tag-deleted':
        this.version(event.pacticipant, event.number)?.tags.delete(event.tag);
        return;
      case 'pact':
        this.#seeVersion(event.consumer, event.number, event.at);
        this.#seePacticipant(event.provider, event.at);
        this.pacts = [...this.pacts.filter((pact) => !isSamePublication(pact, event)), event];
        return;
      case 'pact-deleted':
        this.pacts = this.pacts.filter((pact) => !isSamePublication(pact, event));
        return;
      case 'verification':
        this.#addVerification(event);
        return;
      case 'environment': {
        const before = this.environments.get(event.uuid);
        this.environments.set(event.uuid, { ...event, at: before?.at ?? event.at, updatedAt: event.at });
        return;
      }
      case 'environment-deleted':
        this.environments.delete(event.uuid);
        this.placements = this.placements.filter(({ environment }) => environment !== event.uuid);
        return;
      case 'deployed':
        this.#deploy(event);
        return;
      case 'released':
        this.#seeVersion(event.pacticipant, event.number, event.at);
        this.placements.push({ ...event, endedAt: null });
        return;
      case 'undeployed':
      case 'support-ended':
        this.placements = this.placements.map((one) =>
          one.uuid === event.uuid ? { ...one, endedAt: event.at } : one,
        );
        return;
      case 'webhook':
        this.webhooks.set(event.uuid, { ...event, at: this.webhooks.get(event.uuid)?.at ?? event.at });
        return;
      case 'webhook-deleted':
        this.webhooks.delete(event.uuid);
        return;
    }
  }

  version(pacticipant: string, number: string): Version | undefined {
    return this.versions.get(pacticipant)?.get(number);
  }

  /** Oldest first. */
  versionsOf(pacticipant: string): readonly Version[] {
    return [...(this.versions.get(pacticipant)?.values() ?? [])];
  }

  /** The newest version on a branch: what was added to it last. */
  latestOfBranch(pacticipant: string, branch: string): Version | undefined {
    return this.versionsOf(pacticipant)
      .filter((version) => version.branches.has(branch))
      .toSorted((a, b) => (a.branches.get(branch) ?? 0) - (b.branches.get(branch) ?? 0))
      .at(-1);
  }

  versionOf({ consumer, number }: Pact): Version | undefined {
    return this.version(consumer, number);
  }

  /** In the order of their consumers' versions. */
  pactsOf(by: Partial<Pick<Pact, 'consumer' | 'provider' | 'number' | 'sha'>>): readonly Pact[] {
    const wanted = Object.entries(by) as [keyof typeof by, string][];
    const order = (pact: Pact): number => this.versionOf(pact)?.order ?? 0;
    return this.pacts
      .filter((pact) => wanted.every(([key, value]) => pact[key] === value))
      .toSorted((a, b) => order(a) - order(b));
  }

  /** Of these pacts, the one of the version that was added to the branch last. */
  newestOnBranch(pacts: readonly Pact[], branch: string): Pact | undefined {
    const order = (pact: Pact): number => this.versionOf(pact)?.branches.get(branch) ?? 0;
    return pacts
      .filter((pact) => this.versionOf(pact)?.branches.has(branch))
      .toSorted((a, b) => order(a) - order(b))
      .at(-1);
  }

  consumersOf(provider: string): readonly string[] {
    return [...new Set(this.pactsOf({ provider }).map(({ consumer }) => consumer))];
  }

  /** The last result of one pact content with one version of its provider. */
  lastVerification(
    { consumer, provider, sha }: Pick<Pact, 'consumer' | 'provider' | 'sha'>,
    providerVersion?: string,
  ): Verification | undefined {
    return this.verifications.findLast(
      (one) =>
        one.sha === sha &&
        one.consumer === consumer &&
        one.provider === provider &&
        (providerVersion === undefined || one.providerVersion === providerVersion),
    );
  }

  environmentNamed(name: string): Environment | undefined {
    return this.environments.values().find((environment) => environment.name === name);
  }

  /** What is deployed now, or released and supported. */
  currentPlacements(type: Placement['type']): readonly Placement[] {
    return this.placements.filter((one) => one.type === type && one.endedAt === null);
  }

  /** Numbers of the versions deployed, or released and supported, in an environment now. */
  numbersIn(environment: string, pacticipant: string): readonly string[] {
    const here = this.placements.filter(
      (one) => one.environment === environment && one.pacticipant === pacticipant && one.endedAt === null,
    );
    return [...new Set(here.map(({ number }) => number))];
  }

  #setPacticipant(event: EventOf<'pacticipant'>): void {
    const before = this.pacticipants.get(event.name);
    this.pacticipants.set(event.name, {
      name: event.name,
      displayName: event.displayName ?? before?.displayName ?? event.name,
      mainBranch: event.mainBranch ?? before?.mainBranch ?? null,
      repositoryUrl: event.repositoryUrl ?? before?.repositoryUrl ?? null,
      createdAt: before?.createdAt ?? event.at,
      updatedAt: event.at,
    });
  }

  #seePacticipant(name: string, at: string): void {
    if (!this.pacticipants.has(name)) this.#setPacticipant({ type: 'pacticipant', name, at });
  }

  #seeVersion(pacticipant: string, number: string, at: string): void {
    this.#setVersion({ type: 'version', pacticipant, number, tags: [], at });
  }

  #setVersion({ pacticipant, number, branch, buildUrl, tags, at }: EventOf<'version'>): void {
    this.#seePacticipant(pacticipant, at);
    const all = this.versions.get(pacticipant) ?? new Map<string, Version>();
    this.versions.set(pacticipant, all);
    this.#order += 1;
    const version: Version = all.get(number) ?? {
      pacticipant,
      number,
      order: this.#order,
      createdAt: at,
      buildUrl: null,
      branches: new Map(),
      tags: new Map(),
    };
    all.set(number, version);
    if (buildUrl) version.buildUrl = buildUrl;
    if (branch) {
      version.branches.set(branch, this.#order);
      this.#guessMainBranch(pacticipant, branch, at);
    }
    for (const tag of tags) if (!version.tags.has(tag)) version.tags.set(tag, at);
  }

  /** As the Pact Broker does: the first version on a branch that is usually the main one tells. */
  #guessMainBranch(name: string, branch: string, at: string): void {
    if (this.pacticipants.get(name)?.mainBranch !== null) return;
    if (['develop', 'main', 'master'].includes(branch)) {
      this.#setPacticipant({ type: 'pacticipant', name, mainBranch: branch, at });
    }
  }

  #removePacticipant(name: string): void {
    this.pacticipants.delete(name);
    this.versions.delete(name);
    this.pacts = this.pacts.filter(({ consumer, provider }) => consumer !== name && provider !== name);
    this.verifications = this.verifications.filter(
      ({ consumer, provider }) => consumer !== name && provider !== name,
    );
    this.placements = this.placements.filter(({ pacticipant }) => pacticipant !== name);
  }

  #removeVersion(pacticipant: string, number: string): void {
    this.versions.get(pacticipant)?.delete(number);
    this.pacts = this.pacts.filter((pact) => pact.consumer !== pacticipant || pact.number !== number);
    this.verifications = this.verifications.filter(
      ({ provider, providerVersion }) => provider !== pacticipant || providerVersion !== number,
    );
    this.placements = this.placements.filter(
      (one) => one.pacticipant !== pacticipant || one.number !== number,
    );
  }

  #addVerification(event: EventOf<'verification'>): void {
    this.#seeVersion(event.provider, event.providerVersion, event.at);
    const before = this.verifications.findLast(({ sha }) => sha === event.sha)?.number ?? 0;
    this.verifications.push({ ...event, number: before + 1 });
  }

  /** One version an instance: what was there before is undeployed. */
  #deploy(event: EventOf<'deployed'>): void {
    const { pacticipant, number, environment, applicationInstance, at } = event;
    this.#seeVersion(pacticipant, number, at);
    const before = this.placements.find(
      (one) =>
        one.type === 'deployed' &&
        one.endedAt === null &&
        one.pacticipant === pacticipant &&
        one.environment === environment &&
        one.applicationInstance === applicationInstance,
    );
    if (before?.number === number) return;
    this.placements = [
      ...this.placements.map((one) => (one === before ? { ...one, endedAt: at } : one)),
      { ...event, endedAt: null },
    ];
  }
}

export function isSamePlace(a: Place, b: Place): boolean {
  return a.pacticipant === b.pacticipant && a.number === b.number && a.environment === b.environment;
}

function isSamePublication(
  a: Pick<Pact, 'consumer' | 'provider' | 'number'>,
  b: Pick<Pact, 'consumer' | 'provider' | 'number'>,
): boolean {
  return a.consumer === b.consumer && a.provider === b.provider && a.number === b.number;
}
