import type { Config } from '../config/index.ts';
import {
  applyEntries,
  artifactOf,
  emptyState,
  evidenceFor,
  type LedgerEntry,
  placeOf,
  type State,
} from '../ledger/index.ts';
import {
  type Digest,
  type Placement,
  type RunRecord,
  type RunService,
  type StageResult,
  stageNames,
  type TestCase,
} from '../model/index.ts';
import { resultOf } from '../steps/index.ts';
import { storyOf } from './story/story.ts';

export interface RecordedRunOf {
  readonly config: Config;
  /** Of the whole ledger. */
  readonly entries: readonly LedgerEntry[];
  readonly runId: string;
  /** Test cases by their object's id; a result without them is shown without. */
  readonly cases: ReadonlyMap<string, readonly TestCase[]>;
}

/**
 * A run's record, made again from the ledger alone: as far as that remembers, so without its steps. Null when the ledger has
 * no such run, or not its end. Pure.
 */
export function recordedRun({ config, entries, runId, cases }: RecordedRunOf): RunRecord | null {
  const { before, after } = statesAround(entries, runId);
  const run = after.runs.find((one) => one.runId === runId);
  if (run === undefined) return null;
  const services = servicesIn(after, runId, config);
  const stages = services.flatMap(({ name, digest }) => stagesOf(after, name, digest, runId, cases));
  const { system, target, runtime, verdict, commit, startedAt, durationMs } = run;
  const record: RunRecord = {
    schema: 'stagegate.run/1',
    runId,
    system,
    runtime,
    verdict,
    target,
    startedAt,
    durationMs,
    commit,
    services,
    stages,
    environments: environmentsUpTo(target, config).map((name) => ({
      name,
      services: services.map((service) => placementIn(after, service, name, runId)),
    })),
    verdicts: [...after.verdicts.values()]
      .flat()
      .filter((one) => one.runId === runId)
      .map(({ runId: _, ...one }) => one)
      .toSorted((a, b) => a.decidedAt.localeCompare(b.decidedAt)),
    steps: [],
    notices: ['Drawn from the ledger, which does not remember the steps.'],
    problems: [],
  };
  return { ...record, story: storyOf({ record, config, before, after }) };
}

/** Ids of the objects that hold the test cases of a run. */
export function casesOfRecordedRun(entries: readonly LedgerEntry[], runId: string): readonly string[] {
  const { after } = statesAround(entries, runId);
  const digests = digestsIn(after, runId);
  return [...after.evidence.values()]
    .flat()
    .filter(({ digest }) => digests.has(digest))
    .flatMap(({ cases }) => cases ?? []);
}

/** What was known when the run began, and when it ended. */
function statesAround(
  entries: readonly LedgerEntry[],
  runId: string,
): { readonly before: State; readonly after: State } {
  const isOfRun = ({ record }: LedgerEntry): boolean => record.runId === runId;
  const first = entries.findIndex(isOfRun);
  const last = entries.findLastIndex(isOfRun);
  const before = applyEntries(emptyState, entries.slice(0, Math.max(0, first)));
  return { before, after: applyEntries(before, entries.slice(Math.max(0, first), last + 1)) };
}

/** What the run was about: what it judged, deployed, tested or built. */
function digestsIn(state: State, runId: string): ReadonlyMap<Digest, string> {
  const of = <T extends { readonly runId: string }>(items: Iterable<readonly T[]>): readonly T[] =>
    [...items].flat().filter((one) => one.runId === runId);
  return new Map(
    [
      ...of([state.artifacts]),
      ...of(state.evidence.values()),
      ...of(state.deployments.values()),
      ...of(state.verdicts.values()),
    ].map(({ digest, service }) => [digest, service]),
  );
}

function servicesIn(state: State, runId: string, config: Config): readonly RunService[] {
  const order = new Map(config.services.map(({ name }, index) => [name, index]));
  return [...digestsIn(state, runId).keys()]
    .flatMap((digest) => {
      const artifact = artifactOf(state, { digest });
      if (artifact === undefined) return [];
      return [{ name: artifact.service, version: artifact.version, digest, bytes: artifact.bytes }];
    })
    .toSorted((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
}

function stagesOf(
  state: State,
  service: string,
  digest: Digest,
  runId: string,
  cases: RecordedRunOf['cases'],
): readonly StageResult[] {
  return stageNames.flatMap((stage) => {
    const evidence = evidenceFor(state, { service, digest }, stage).at(-1);
    if (evidence === undefined) return [];
    const result = resultOf(evidence, cases.get(evidence.cases ?? '') ?? []);
    if (evidence.runId === runId) return [result];
    return [{ ...result, reused: { runId: evidence.runId, at: evidence.startedAt } }];
  });
}

function environmentsUpTo(target: string, { environments }: Config): readonly string[] {
  const names = environments.map(({ name }) => name);
  return names.includes(target) ? names.slice(0, names.indexOf(target) + 1) : [];
}

function placementIn(
  state: State,
  { name, version, digest }: RunService,
  environment: string,
  runId: string,
): Placement {
  const place = placeOf(name, environment);
  const verdict = state.verdicts.get(place)?.findLast((one) => one.runId === runId && one.digest === digest);
  const against =
    verdict?.checks.filter(({ outcome }) => outcome !== 'pass').map(({ reason }) => reason) ?? [];
  if (verdict !== undefined && verdict.kind !== 'pass') {
    return { service: name, version: null, digest: null, verdict: verdict.kind, reasons: against };
  }
  const deployment = state.deployments
    .get(place)
    ?.findLast((one) => one.runId === runId && one.digest === digest);
  if (deployment === undefined) {
    const promotion = state.promotions.get(place)?.findLast((one) => one.digest === digest);
    return promotion === undefined
      ? {
          service: name,
          version: null,
          digest: null,
          verdict: 'inconclusive',
          reasons: [`it was not deployed to ${environment}`],
        }
      : { service: name, version, digest, verdict: 'pass', reasons: [`cleared by run ${promotion.runId}`] };
  }
  if (deployment.outcome === 'fail') {
    const reason = `its deployment to ${environment} failed: ${deployment.because ?? 'no reason given'}`;
    return { service: name, version: null, digest: null, verdict: 'fail', reasons: [reason] };
  }
  const reasons = verdict?.checks.map(({ reason }) => reason) ?? [`deployed at ${deployment.at}`];
  return { service: name, version, digest, verdict: 'pass', reasons };
}
