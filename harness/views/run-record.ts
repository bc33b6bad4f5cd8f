import { type CriticalPath, criticalPath, type StepRun } from '../engine/index.ts';
import { evidenceFor } from '../ledger/index.ts';
import {
  type ErrorCode,
  exitCodeOf,
  exitCodes,
  type RunCluster,
  type RunRecord,
  type RuntimeName,
  type StageResult,
  type StepRecord,
  type TestCase,
  type VerdictKind,
  worstOf,
} from '../model/index.ts';
import type { Plan } from '../plans/index.ts';
import { candidateOf, type Known, resultOf, type VerifyStep } from '../steps/index.ts';
import { placementsOf } from './placements.ts';

export interface RunFindings {
  readonly plan: Plan;
  readonly runId: string;
  readonly system: string;
  readonly runtime: RuntimeName;
  readonly commit: string | null;
  readonly startedMs: number;
  readonly endedMs: number;
  /** In the order they ended. */
  readonly runs: readonly StepRun[];
  /** At the end of the run. */
  readonly known: Known;
  readonly cluster: RunCluster | null;
  readonly notices: readonly string[];
  readonly problems: RunRecord['problems'];
  /** The test cases of a result, by their object's id. */
  readonly cases: ReadonlyMap<string, readonly TestCase[]>;
}

/** Everything a report is drawn from, as far as the run came. Pure, from the state and the steps. */
export function recordOfRun(findings: RunFindings): RunRecord {
  const {
    plan,
    runId,
    system,
    runtime,
    commit,
    startedMs,
    endedMs,
    runs,
    known,
    cluster,
    notices,
    problems,
  } = findings;
  const { state } = known;
  const environments = placementsOf({
    runId,
    services: plan.services,
    environments: plan.environments,
    runs,
    state,
  });
  const stages = stageResults(findings);
  return {
    schema: 'stagegate.run/1',
    runId,
    system,
    runtime,
    verdict: verdictOf(findings, environments.at(-1)?.services.map(({ verdict }) => verdict) ?? [], stages),
    target: plan.target,
    startedAt: new Date(startedMs).toISOString(),
    durationMs: endedMs - startedMs,
    commit,
    services: plan.services.flatMap((name) => {
      const artifact = candidateOf(name, known);
      if (artifact === undefined) return [];
      return [{ name, version: artifact.version, digest: artifact.digest, bytes: artifact.bytes }];
    }),
    stages,
    environments,
    verdicts: [...state.verdicts.values()]
      .flat()
      .filter((verdict) => verdict.runId === runId)
      .map(({ runId: _, ...verdict }) => verdict)
      .toSorted((a, b) => a.decidedAt.localeCompare(b.decidedAt)),
    steps: runs.map(stepRecord),
    criticalPath: pathOf(findings),
    ...incidentsOf(findings),
    ...(cluster === null ? {} : { cluster }),
    notices,
    problems,
  };
}

/** Ids of the objects that hold the test cases of a run's results. */
export function casesNeeded(findings: Pick<RunFindings, 'runs' | 'known' | 'runId'>): readonly string[] {
  return evidenceOfRun(findings).flatMap(({ evidence }) => evidence.cases ?? []);
}

function evidenceOfRun({ runs, known, runId }: Pick<RunFindings, 'runs' | 'known' | 'runId'>) {
  return runs.flatMap(({ step, end }) => {
    if (step.kind !== 'verify') return [];
    const { stage, service } = step as VerifyStep;
    const candidate = candidateOf(service, known);
    if (candidate === undefined) return [];
    const by = end.reused?.runId ?? runId;
    const evidence = evidenceFor(known.state, candidate, stage).findLast((one) => one.runId === by);
    return evidence === undefined ? [] : [{ evidence, reused: end.reused }];
  });
}

function stageResults(findings: RunFindings): readonly StageResult[] {
  return evidenceOfRun(findings).map(({ evidence, reused }) => ({
    ...resultOf(evidence, findings.cases.get(evidence.cases ?? '') ?? []),
    ...(reused === undefined ? {} : { reused }),
  }));
}

function incidentsOf({ known, runId }: RunFindings): Pick<RunRecord, 'incidents'> {
  const incidents = known.state.incidents
    .filter((incident) => incident.runId === runId)
    .map(({ runId: _, ...incident }) => incident);
  return incidents.length === 0 ? {} : { incidents };
}

/** A grouped step counts with its group's time: they share one test runner. */
function pathOf({ plan, runs }: RunFindings): CriticalPath {
  const durations = new Map(
    runs.filter(({ end }) => end.reused === undefined).map(({ step, durationMs }) => [step.id, durationMs]),
  );
  return criticalPath(plan.steps, (id) => durations.get(id) ?? 0);
}

function stepRecord({ step, end, startedMs, durationMs }: StepRun): StepRecord {
  const { outcome, detail, reused } = end;
  return {
    id: step.id,
    title: step.title,
    outcome,
    ...(startedMs === undefined ? {} : { startedMs }),
    durationMs,
    ...(detail === undefined ? {} : { detail }),
    ...(reused === undefined ? {} : { reused }),
  };
}

/** A run passes when every service reached its target; a single stage, when all its results did. */
function verdictOf(
  { problems, runs, plan }: RunFindings,
  placements: readonly VerdictKind[],
  stages: readonly StageResult[],
): VerdictKind {
  if (problems.length > 0) return 'inconclusive';
  const failedSomewhere = runs.some(({ end, step }) => end.outcome === 'fail' && step.kind !== 'gate');
  const results =
    plan.command === 'stage'
      ? stages.map(({ status }): VerdictKind => (status === 'pass' ? 'pass' : 'inconclusive'))
      : placements;
  const worst = worstOf(results);
  return worst !== 'pass' && failedSomewhere ? 'fail' : worst;
}

/** Inconclusive by no fault of the suite: its reason begins with a code of the infrastructure. */
function isLost({ status, because = '' }: StageResult): boolean {
  const [, code] = /^(SG_[A-Z_]+): /.exec(because) ?? [];
  return (
    status === 'inconclusive' &&
    code !== undefined &&
    exitCodeOf(code as ErrorCode) === exitCodes.infrastructure
  );
}

export function exitCodeOfRun({ verdict, problems, stages }: RunRecord): number {
  const [problem] = problems;
  if (problem !== undefined) return exitCodeOf(problem.code as ErrorCode);
  switch (verdict) {
    case 'pass':
      return exitCodes.yes;
    case 'pending':
      return exitCodes.pending;
    case 'inconclusive':
      return stages.some(isLost) ? exitCodes.infrastructure : exitCodes.no;
    default:
      return exitCodes.no;
  }
}
