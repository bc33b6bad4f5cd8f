import { runPlan, type StepKinds } from '../engine/index.ts';
import { type Ledger, LedgerWriter, lastDurationOf } from '../ledger/index.ts';
import {
  errorHints,
  exitCodes,
  type Incident,
  type RunCluster,
  type RunEvent,
  type RunRecord,
  StagegateError,
  type TestCase,
} from '../model/index.ts';
import type { Plan } from '../plans/index.ts';
import type { Clock } from '../plumbing/clock.ts';
import { debug } from '../plumbing/debug-log.ts';
import { Redactor } from '../plumbing/redact.ts';
import { stackOf } from '../plumbing/thrown.ts';
import type { Policy } from '../policy/index.ts';
import { type Effects, incidentRecords, type Known, type StepContext } from '../steps/index.ts';
import {
  casesNeeded,
  crashesOf,
  describeCrash,
  exitCodeOfRun,
  recordOfRun,
  storyOf,
} from '../views/index.ts';
import { lateIncidents } from './late-incidents.ts';
import type { ReadInputs } from './step-inputs.ts';

/** What carrying out a plan works with; tests replace the effects. */
export interface RunOptions {
  readonly plan: Plan;
  readonly kinds: StepKinds<Known, StepContext>;
  readonly checks: Policy['checks'];
  readonly ledger: Ledger;
  readonly effects: Effects;
  readonly knownAt: (state: Known['state']) => Known;
  readonly redactor?: Redactor;
  readonly runId: string;
  readonly commit: string | null;
  readonly clock: Clock;
  readonly notices: readonly string[];
  readonly report: (event: RunEvent) => void;
  readonly signal: AbortSignal;
  readonly fresh?: boolean;
  /** Keeps what the steps read, for whoever asks later why one is done again. */
  readonly remember?: (read: ReadInputs) => Promise<void>;
  /** Platforms that end with the run, asked at its end. Absent: whoever holds them records their end. */
  readonly endedPlatforms?: () => readonly string[];
}

export interface FinishedRun {
  readonly record: RunRecord;
  /** As `exitCodes` of the model names them. */
  readonly exitCode: number;
}

/**
 * Carries out a plan: the engine does its steps, the ledger keeps what they find out, and the record says how it ended. Never
 * throws for what a service, the infrastructure or an interruption does.
 */
export async function carryOut(options: RunOptions): Promise<FinishedRun> {
  const { plan, ledger, effects, runId, clock, signal, notices } = options;
  const redactor = options.redactor ?? new Redactor();
  const writer = new LedgerWriter(ledger);
  const startedMs = clock.now();
  const from = clock.monotonic();
  let cluster: RunCluster | null = null;
  const report = (event: RunEvent): void => {
    if (event.kind === 'cluster-ready') cluster = { agents: event.agents, readyMs: event.durationMs };
    options.report(redactor.value(event));
  };
  const first = options.knownAt(writer.state);
  report({
    kind: 'run-started',
    runId,
    system: first.config.system,
    runtime: first.runtime,
    steps: plan.steps.map(({ id, title, phase }) => ({ id, title, phase })),
  });
  for (const text of notices) report({ kind: 'notice', text });

  const { runs, error } = await runPlan(plan.steps, {
    kinds: options.kinds,
    known: () => options.knownAt(writer.state),
    context: (stop, fingerprints): StepContext => ({
      get known() {
        return options.knownAt(writer.state);
      },
      runId,
      clock,
      effects,
      signal: stop,
      checks: options.checks,
      fingerprintOf: (stepId) => fingerprints.get(stepId) ?? null,
      report,
      clean: (value) => redactor.value(value),
      append: (records, objects = []) => writer.append(redactor.value(records), objects),
      latest: () => writer.latest(),
      catchUp: () => writer.catchUp(),
      object: (id) => writer.object(id),
    }),
    listener: {
      stepStarted: ({ id }) => {
        debug('engine', () => `${id} begins`);
        report({ kind: 'step-started', step: id });
      },
      stepEnded: ({ step, end, durationMs, fingerprint }) => {
        debug('engine', () => `${step.id}: ${end.outcome}, inputs ${fingerprint ?? 'unknown'}`);
        report({ kind: 'step-finished', step: step.id, durationMs, ...end });
      },
    },
    clock,
    signal,
    fresh: options.fresh,
    durationOf: (stepId) => lastDurationOf(first.state, stepId) ?? 0,
  });

  const seen = await lateIncidents(options.knownAt(writer.state), { effects, sinceMs: startedMs });
  const unwritten = await recordIncidents(writer, redactor.value(seen), runId, redactor);
  const crashes = crashesOf(writer.state, { system: first.config.system, runId }).map(describeCrash);
  for (const text of crashes) report({ kind: 'notice', text });

  const problems = [...(error === null ? [] : [problemOf(error, redactor)]), ...unwritten];
  const known = options.knownAt(writer.state);
  const findings = { runs: redactor.value(runs), known, runId };
  const cases = await readCases(writer, casesNeeded(findings));
  const found = recordOfRun({
    ...findings,
    plan,
    system: first.config.system,
    runtime: first.runtime,
    commit: options.commit,
    startedMs,
    // Whoever set the clock meanwhile has not made the run any longer.
    endedMs: startedMs + Math.round(clock.monotonic() - from),
    cluster,
    notices: [...new Set([...notices, ...crashes])],
    problems,
    cases,
  });
  const { config, state } = known;
  const record: RunRecord = {
    ...found,
    story: storyOf({ record: found, config, before: first.state, after: state }),
  };
  const end = await recordEnd(writer, record, options.endedPlatforms?.() ?? [], redactor);
  const finished: RunRecord =
    end === null
      ? record
      : { ...record, verdict: 'inconclusive', problems: problems.length > 0 ? problems : [end] };
  await options.remember?.({ runs, runId, files: known.files });
  const exitCode = end === null ? exitCodeOfRun(record) : exitCodes.infrastructure;
  report({ kind: 'run-finished', record: finished, exitCode });
  return { record: finished, exitCode };
}

/** What could not be written is a problem of the run, as every entry is. */
async function recordIncidents(
  writer: LedgerWriter,
  incidents: readonly Incident[],
  runId: string,
  redactor: Redactor,
): Promise<RunRecord['problems']> {
  if (incidents.length === 0) return [];
  try {
    await writer.append(incidentRecords(incidents, runId));
    return [];
  } catch (error) {
    return [problemOf(error, redactor)];
  }
}

/** A result whose cases the ledger has lost is shown without them. */
async function readCases(
  writer: LedgerWriter,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly TestCase[]>> {
  const read = await Promise.all(
    ids.map(async (id): Promise<readonly [string, readonly TestCase[]]> => {
      const content = await writer.object(id).catch(() => null);
      return [id, content === null ? [] : (JSON.parse(content) as readonly TestCase[])];
    }),
  );
  return new Map(read);
}

/** Null once the run's end is in the ledger; else why it could not be recorded. */
async function recordEnd(
  writer: LedgerWriter,
  record: RunRecord,
  endedPlatforms: readonly string[],
  redactor: Redactor,
): Promise<RunRecord['problems'][number] | null> {
  const { runId, system, target, runtime, verdict, commit, startedAt, durationMs } = record;
  const at = new Date(Date.parse(startedAt) + durationMs).toISOString();
  try {
    await writer.append([
      ...endedPlatforms.map((platformId) => ({ kind: 'platform-ended', runId, platformId, at }) as const),
      {
        kind: 'run',
        runId,
        system,
        target,
        runtime,
        verdict,
        commit,
        startedAt,
        durationMs,
        steps: durationsOf(record),
      },
    ]);
    return null;
  } catch (error) {
    return problemOf(error, redactor);
  }
}

/** What was taken from an earlier run, or not begun, says nothing about how long it takes. */
function durationsOf({ steps }: RunRecord): Readonly<Record<string, number>> {
  const done = steps.filter(({ reused, outcome }) => reused === undefined && outcome !== 'skipped');
  return Object.fromEntries(done.map(({ id, durationMs }) => [id, Math.round(durationMs)]));
}

function problemOf(error: unknown, redactor: Redactor): RunRecord['problems'][number] {
  if (error instanceof StagegateError) {
    const message = redactor.text([error.message, ...error.problems].join('\n'));
    return { code: error.code, message, hint: errorHints[error.code] };
  }
  return { code: 'SG_INTERNAL', message: redactor.text(stackOf(error)), hint: errorHints.SG_INTERNAL };
}
