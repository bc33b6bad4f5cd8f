import { contentHash, parseWritten } from '../../contracts/index.ts';
import { foldState, type LedgerRecord, type LiveLedger, objectIdOf, type State } from '../../ledger/index.ts';
import { uuidOf } from '../../plumbing/name-uuid.ts';
import type { BrokerEvent, BrokerJournal, EventOf } from '../../servers/broker/index.ts';
import { LedgerEvents, shaOf } from './ledger-events.ts';

/** Who records what clients of the broker say. */
const runId = 'broker';

/**
 * The ledger as a broker's memory. Pacts and results become the same records that stages write, so that gates judge from
 * them; everything else is kept as it was said. Environments of the configuration are there from the beginning.
 */
export function ledgerJournal(ledger: LiveLedger, environments: readonly string[]): BrokerJournal {
  const events = new LedgerEvents();
  let position = 0;
  let begun = false;
  return {
    async read() {
      await ledger.refresh();
      const added = ledger.entries.slice(position);
      position = ledger.entries.length;
      const first = begun ? [] : configured(environments);
      begun = true;
      return [...first, ...added.flatMap((entry) => events.eventsOf(entry))];
    },
    async append(added, contents = []) {
      await ledger.append(recordsOf(added, foldState(ledger.entries)), contents);
    },
    content: (id) => ledger.object(id),
    contentId: objectIdOf,
    shaOf: (content) => shaOf(contentHash(parseWritten(content))),
  };
}

function configured(environments: readonly string[]): readonly BrokerEvent[] {
  const last = environments.at(-1);
  return environments.map((name) => ({
    type: 'environment',
    uuid: uuidOf(name),
    name,
    production: name === last,
    contacts: [],
    at: '1970-01-01T00:00:00.000Z',
  }));
}

function recordsOf(events: readonly BrokerEvent[], state: State): readonly LedgerRecord[] {
  const pacts = events.filter((event) => event.type === 'pact' || event.type === 'pact-deleted');
  const perVersion = Map.groupBy(pacts, ({ consumer, number }) => `${consumer} ${number}`);
  return [
    ...events.flatMap((event): LedgerRecord[] => {
      if (event.type === 'pact' || event.type === 'pact-deleted') return [];
      if (event.type === 'verification') return [contractRecord(event, state)];
      return [{ kind: 'broker', runId, event }];
    }),
    ...[...perVersion.values()].flatMap((same) => pactsRecord(same, state)),
  ];
}

/** All that the version expects once these are published: what it expected of others stays. */
function pactsRecord(
  events: readonly (EventOf<'pact'> | EventOf<'pact-deleted'>)[],
  state: State,
): readonly LedgerRecord[] {
  const [first] = events;
  if (first === undefined) return [];
  const { consumer, number, at } = first;
  const digest = digestOf(consumer, number, state);
  const before =
    state.pacts.findLast((one) => one.consumer === consumer && one.version === number)?.pacts ?? [];
  const kept = new Map(before.map((pact) => [pact.provider, pact]));
  for (const event of events) {
    if (event.type === 'pact-deleted') kept.delete(event.provider);
    else {
      const { provider, sha, content } = event;
      kept.set(provider, { provider, contentHash: `sha256:${sha}`, content });
    }
  }
  const pacts = [...kept.values()];
  return [{ kind: 'pacts', runId, pacts: { consumer, version: number, digest, pacts, at } }];
}

function contractRecord(event: EventOf<'verification'>, state: State): LedgerRecord {
  const { consumer, provider, sha, providerVersion, success, buildUrl, wip, testResults, at } = event;
  return {
    kind: 'contract',
    runId,
    contract: {
      consumer,
      provider,
      contentHash: `sha256:${sha}`,
      consumerDigest: null,
      providerDigest: digestOf(provider, providerVersion, state),
      providerVersion,
      status: success ? 'pass' : 'fail',
      interactions: interactionsOf(testResults),
      at,
      ...(wip ? { wip } : {}),
      ...(buildUrl ? { buildUrl } : {}),
    },
  };
}

/** Of a version that stagegate built; two builds of one commit may have one number, and then the newer is meant. */
function digestOf(service: string, version: string, state: State) {
  return (
    state.artifacts.findLast((one) => one.service === service && one.version === version)?.digest ?? null
  );
}

interface TestResult {
  readonly interactionDescription?: unknown;
  readonly interactionId?: unknown;
  readonly description?: unknown;
  readonly success?: unknown;
  readonly mismatches?: readonly { readonly description?: unknown; readonly mismatch?: unknown }[];
}

/** What verifiers send of each interaction, as far as they say it. */
function interactionsOf(testResults: unknown) {
  const list = Array.isArray(testResults) ? (testResults as readonly (TestResult | null)[]) : [];
  return list.flatMap((one, index) => {
    if (typeof one !== 'object' || one === null) return [];
    const name =
      one.interactionDescription ?? one.description ?? one.interactionId ?? `interaction ${index + 1}`;
    const [first] = one.mismatches ?? [];
    const because = first?.description ?? first?.mismatch;
    const status = one.success === true ? ('pass' as const) : ('fail' as const);
    return [
      { description: String(name), status, ...(because === undefined ? {} : { because: String(because) }) },
    ];
  });
}
