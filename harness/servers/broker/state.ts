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
export type Deployed = EventOf<'deployed'> & { readonly undeployedAt: string | null };
export type Released = EventOf<'released'> & { readonly supportEndedAt: string | null };
export type Webhook = EventOf<'webhook'>;

/** All that a broker knows: the fold of its events. Only {@link apply} changes it. */
export class BrokerState {
  readonly pacticipants = new Map<string, Pacticipant>();
  readonly versions = new Map<string, Map<string, Version>>();
  pacts: Pact[] = [];
  verifications: Verification[] = [];
  readonly environments = new Map<string, Environment>();
  deployed: Deployed[] = [];
  released: Released[] = [];
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
        this.#setVersion({
          type: 'version',
          pacticipant: event.consumer,
          number: event.number,
          tags: [],
          at: event.at,
        });
        this.#know(event.provider, event.at);
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
        this.deployed = this.deployed.filter(({ environment }) => environment !== event.uuid);
        this.released = this.released.filter(({ environment }) => environment !== event.uuid);
        return;
      case 'deployed':
        this.#deploy(event);
        return;
      case 'undeployed':
        this.deployed = this.deployed.map((one) =>
          one.uuid === event.uuid ? { ...one, undeployedAt: event.at } : one,
        );
        return;
      case 'released':
        this.#setVersion({
          type: 'version',
          pacticipant: event.pacticipant,
          number: event.number,
          tags: [],
          at: event.at,
        });
        this.released = [...this.released, { ...event, supportEndedAt: null }];
        return;
      case 'support-ended':
        this.released = this.released.map((one) =>
          one.uuid === event.uuid ? { ...one, supportEndedAt: event.at } : one,
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
    return [...(this.versions.get(pacticipant)?.values() ?? [])].toSorted((a, b) => a.order - b.order);
  }

  /** The newest version on a branch: what was added to it last. */
  latestOfBranch(pacticipant: string, branch: string): Version | undefined {
    return this.versionsOf(pacticipant)
      .filter((version) => version.branches.has(branch))
      .toSorted((a, b) => (a.branches.get(branch) ?? 0) - (b.branches.get(branch) ?? 0))
      .at(-1);
  }

  pactsOf(by: Partial<Pick<Pact, 'consumer' | 'provider' | 'number' | 'sha'>>): readonly Pact[] {
    const wanted = Object.entries(by) as [keyof typeof by, string][];
    return this.pacts.filter((pact) => wanted.every(([key, value]) => pact[key] === value));
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

  /** Numbers of the versions deployed, or released and supported, in an environment now. */
  numbersIn(environment: string, pacticipant: string): readonly string[] {
    const here = (one: { readonly environment: string; readonly pacticipant: string }): boolean =>
      one.environment === environment && one.pacticipant === pacticipant;
    return [
      ...new Set([
        ...this.deployed.filter((one) => here(one) && one.undeployedAt === null).map(({ number }) => number),
        ...this.released
          .filter((one) => here(one) && one.supportEndedAt === null)
          .map(({ number }) => number),
      ]),
    ];
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

  #know(name: string, at: string): void {
    if (!this.pacticipants.has(name)) this.#setPacticipant({ type: 'pacticipant', name, at });
  }

  #setVersion({ pacticipant, number, branch, buildUrl, tags, at }: EventOf<'version'>): void {
    this.#know(pacticipant, at);
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
    this.deployed = this.deployed.filter(({ pacticipant }) => pacticipant !== name);
    this.released = this.released.filter(({ pacticipant }) => pacticipant !== name);
  }

  #removeVersion(pacticipant: string, number: string): void {
    this.versions.get(pacticipant)?.delete(number);
    this.pacts = this.pacts.filter((pact) => pact.consumer !== pacticipant || pact.number !== number);
    this.verifications = this.verifications.filter(
      ({ provider, providerVersion }) => provider !== pacticipant || providerVersion !== number,
    );
    const stays = (one: { readonly pacticipant: string; readonly number: string }): boolean =>
      one.pacticipant !== pacticipant || one.number !== number;
    this.deployed = this.deployed.filter(stays);
    this.released = this.released.filter(stays);
  }

  #addVerification(event: EventOf<'verification'>): void {
    const { provider, providerVersion: number, at } = event;
    this.#setVersion({ type: 'version', pacticipant: provider, number, tags: [], at });
    const before = this.verifications.filter(({ sha }) => sha === event.sha).length;
    this.verifications.push({ ...event, number: before + 1 });
  }

  /** One version an instance: what was there before is undeployed. */
  #deploy(event: EventOf<'deployed'>): void {
    const { pacticipant, number, environment, applicationInstance, at } = event;
    this.#setVersion({ type: 'version', pacticipant, number, tags: [], at });
    const isPlace = (one: Deployed): boolean =>
      one.undeployedAt === null &&
      one.pacticipant === pacticipant &&
      one.environment === environment &&
      one.applicationInstance === applicationInstance;
    if (this.deployed.some((one) => isPlace(one) && one.number === number)) return;
    this.deployed = [
      ...this.deployed.map((one) => (isPlace(one) ? { ...one, undeployedAt: at } : one)),
      { ...event, undeployedAt: null },
    ];
  }
}

function isSamePublication(
  a: Pick<Pact, 'consumer' | 'provider' | 'number'>,
  b: Pick<Pact, 'consumer' | 'provider' | 'number'>,
): boolean {
  return a.consumer === b.consumer && a.provider === b.provider && a.number === b.number;
}
