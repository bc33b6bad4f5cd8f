import { unreachable } from '../model/index.ts';
import type { LedgerEntry, LedgerRecord } from './entry.ts';
import { type Deployment, placeOf, type State } from './state.ts';

type Mutable<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? Map<K, V extends readonly (infer I)[] ? I[] : V>
    : T extends readonly (infer I)[]
      ? I[]
      : T;
type Draft = { -readonly [Member in keyof State]: Mutable<State[Member]> };

/** The state that all entries make. Pure. */
export function foldState(entries: Iterable<LedgerEntry>): State {
  return applyEntries(emptyState, entries);
}

/** The state with more entries; the one given stays as it is. Pure. */
export function applyEntries(state: State, entries: Iterable<LedgerEntry>): State {
  const draft = copyOf(state);
  for (const entry of entries) add(draft, entry);
  return draft;
}

export const emptyState: State = {
  head: null,
  artifacts: [],
  buildFailures: new Map(),
  evidence: new Map(),
  pacts: [],
  broker: [],
  contracts: [],
  definitions: new Map(),
  smokes: new Map(),
  incidents: [],
  deployments: new Map(),
  promotions: new Map(),
  approvals: [],
  freezes: new Map(),
  holds: new Map(),
  brokenGlass: new Map(),
  locks: new Map(),
  startedDeployments: new Map(),
  observations: new Map(),
  rehearsals: [],
  verdicts: new Map(),
  runs: [],
};

function copyOf(state: State): Draft {
  const lists = <K, V>(map: ReadonlyMap<K, readonly V[]>): Map<K, V[]> =>
    new Map([...map].map(([key, list]) => [key, [...list]]));
  return {
    head: state.head,
    artifacts: [...state.artifacts],
    buildFailures: new Map(state.buildFailures),
    evidence: lists(state.evidence),
    pacts: [...state.pacts],
    broker: [...state.broker],
    contracts: [...state.contracts],
    definitions: new Map(state.definitions),
    smokes: new Map(state.smokes),
    incidents: [...state.incidents],
    deployments: lists(state.deployments),
    promotions: lists(state.promotions),
    approvals: [...state.approvals],
    freezes: new Map(state.freezes),
    holds: lists(state.holds),
    brokenGlass: lists(state.brokenGlass),
    locks: new Map(state.locks),
    startedDeployments: new Map(state.startedDeployments),
    observations: lists(state.observations),
    rehearsals: [...state.rehearsals],
    verdicts: lists(state.verdicts),
    runs: [...state.runs],
  };
}

function add(draft: Draft, { id, record }: LedgerEntry): void {
  draft.head = id;
  addRecord(draft, record);
}

function addRecord(draft: Draft, record: LedgerRecord): void {
  switch (record.kind) {
    case 'artifact': {
      const { runId, fingerprint, artifact } = record;
      draft.artifacts.push({ ...artifact, runId, fingerprint });
      draft.buildFailures.delete(artifact.service);
      return;
    }
    case 'build-failure':
      draft.buildFailures.set(record.service, record);
      return;
    case 'evidence': {
      const evidence = { ...record.evidence, runId: record.runId };
      put(draft.evidence, evidence.digest, evidence);
      return;
    }
    case 'pacts':
      draft.pacts.push({ ...record.pacts, runId: record.runId });
      return;
    case 'broker':
      draft.broker.push(record.event);
      return;
    case 'contract':
      draft.contracts.push({ ...record.contract, runId: record.runId });
      return;
    case 'definition':
      draft.definitions.set(record.service, record);
      return;
    case 'smoke':
      draft.smokes.set(record.environment, record);
      return;
    case 'incident':
      draft.incidents.push({ ...record.incident, runId: record.runId });
      return;
    case 'deployment':
      addDeployment(draft, { ...record.deployment, runId: record.runId, until: null });
      return;
    case 'platform-ended':
      endDeployments(draft, ({ platform }) => platform.id === record.platformId, record.at);
      return;
    case 'promotion':
      put(draft.promotions, placeOf(record.service, record.environment), record);
      return;
    case 'approval':
      draft.approvals.push(record);
      return;
    case 'freeze':
      draft.freezes.set(record.environment, record);
      return;
    case 'hold':
      put(draft.holds, placeOf(record.service, record.environment), record);
      return;
    case 'break-glass':
      put(draft.brokenGlass, placeOf(record.service, record.environment), record);
      return;
    case 'lock': {
      // Of two that lock at once, the ledger's order decides: the later one finds it taken and changes nothing.
      const holder = draft.locks.get(record.environment)?.runId ?? null;
      if (holder === record.instead) draft.locks.set(record.environment, record);
      return;
    }
    case 'deployment-started':
      draft.startedDeployments.set(placeOf(record.service, record.environment), record);
      return;
    case 'observation':
      put(draft.observations, placeOf(record.service, record.environment), record);
      return;
    case 'rehearsal':
      draft.rehearsals.push({ ...record.rehearsal, runId: record.runId });
      return;
    case 'verdict': {
      const { verdict, runId } = record;
      put(draft.verdicts, placeOf(verdict.service, verdict.to), { ...verdict, runId });
      return;
    }
    case 'run':
      draft.runs.push(record);
      for (const [environment, lock] of draft.locks) {
        if (lock.runId === record.runId) draft.locks.delete(environment);
      }
      return;
    default:
      unreachable(record);
  }
}

/** A failed attempt was rolled back, so it ends nothing but itself. */
function addDeployment(draft: Draft, deployment: Deployment): void {
  const place = placeOf(deployment.service, deployment.environment);
  draft.startedDeployments.delete(place);
  if (deployment.outcome === 'fail') {
    put(draft.deployments, place, { ...deployment, until: deployment.at });
    return;
  }
  const before = draft.deployments.get(place) ?? [];
  const ended = before.map((one) =>
    one.until === null && one.platform.id === deployment.platform.id ? { ...one, until: deployment.at } : one,
  );
  draft.deployments.set(place, [...ended, deployment]);
}

function endDeployments(draft: Draft, isEnded: (deployment: Deployment) => boolean, at: string): void {
  for (const [place, list] of draft.deployments) {
    if (!list.some((one) => one.until === null && isEnded(one))) continue;
    draft.deployments.set(
      place,
      list.map((one) => (one.until === null && isEnded(one) ? { ...one, until: at } : one)),
    );
  }
}

function put<K, V>(map: Map<K, V[]>, key: K, item: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
