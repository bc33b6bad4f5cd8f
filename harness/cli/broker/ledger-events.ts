import type { LedgerEntry, RecordOf } from '../../ledger/index.ts';
import { uuidOf } from '../../plumbing/name-uuid.ts';
import { type BrokerEvent, brokerEvent } from '../../servers/broker/index.ts';

/**
 * What the entries of a ledger are to a broker: builds are versions, promotions and lasting deployments are deployed
 * versions, what the contract stage found are results. Reads entries in their order, a few at a time.
 */
export class LedgerEvents {
  /** Digest → number, by service: the broker knows versions by their numbers. */
  readonly #numbers = new Map<string, string>();
  /** Version of a consumer → providers it has pacts with. */
  readonly #published = new Map<string, readonly string[]>();

  eventsOf({ id, record }: LedgerEntry): readonly BrokerEvent[] {
    switch (record.kind) {
      case 'artifact': {
        const { service, digest, version, builtAt } = record.artifact;
        this.#numbers.set(`${service}@${digest}`, version);
        return [{ type: 'version', pacticipant: service, number: version, tags: [], at: builtAt }];
      }
      case 'pacts':
        return this.#pacts(record.pacts);
      case 'contract':
        return this.#verification(record.contract);
      case 'promotion': {
        const { service, version, environment, at } = record;
        return [deployed(id, service, version, environment, at)];
      }
      case 'deployment': {
        const { service, version, environment, outcome, platform, at } = record.deployment;
        const lasts = outcome === 'pass' && platform.lifetime === 'lasting';
        return lasts ? [deployed(id, service, version, environment, at)] : [];
      }
      case 'broker': {
        const event = brokerEvent.safeParse(record.event);
        return event.success ? [event.data] : [];
      }
      default:
        return [];
    }
  }

  #pacts({ consumer, version, pacts, at }: RecordOf<'pacts'>['pacts']): readonly BrokerEvent[] {
    const key = `${consumer} ${version}`;
    const providers = pacts.map(({ provider }) => provider);
    const gone = (this.#published.get(key) ?? []).filter((provider) => !providers.includes(provider));
    this.#published.set(key, providers);
    return [
      { type: 'version', pacticipant: consumer, number: version, tags: [], at },
      ...gone.map((provider) => ({ type: 'pact-deleted', consumer, provider, number: version, at }) as const),
      ...pacts.map(
        ({ provider, contentHash, content }) =>
          ({
            type: 'pact',
            consumer,
            provider,
            number: version,
            sha: shaOf(contentHash),
            content,
            at,
          }) as const,
      ),
    ];
  }

  #verification(contract: RecordOf<'contract'>['contract']): readonly BrokerEvent[] {
    const { consumer, provider, contentHash, providerDigest, status, interactions, at } = contract;
    const number = contract.providerVersion ?? this.#numbers.get(`${provider}@${providerDigest}`);
    if (number === undefined) return [];
    return [
      {
        type: 'verification',
        consumer,
        provider,
        sha: shaOf(contentHash),
        providerVersion: number,
        // A broker knows yes and no; what is unknown is no yes.
        success: status === 'pass',
        wip: contract.wip ?? false,
        testResults: interactions,
        at,
        ...(contract.buildUrl === undefined ? {} : { buildUrl: contract.buildUrl }),
      },
    ];
  }
}

/** A content hash as addresses have it. */
export function shaOf(contentHash: string): string {
  return contentHash.replace(/^sha256:/, '');
}

function deployed(
  id: string,
  pacticipant: string,
  number: string,
  environment: string,
  at: string,
): BrokerEvent {
  return {
    type: 'deployed',
    uuid: uuidOf(id),
    pacticipant,
    number,
    environment: uuidOf(environment),
    applicationInstance: null,
    at,
  };
}
