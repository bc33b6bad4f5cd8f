import type { Config } from '../config/index.ts';
import type { LedgerRecord } from '../ledger/index.ts';
import { errorHints, exitCodes, type RunRecord, StagegateError } from '../model/index.ts';
import { type Performance, perform } from './perform.ts';
import type { Plan, Step } from './plan.ts';
import { exitCodeOfRun, recordOfRun } from './record.ts';
import { redact } from './redact.ts';
import { RunFacts } from './run-facts.ts';
import type { World } from './world.ts';

export interface FinishedRun {
  readonly record: RunRecord;
  /** As `exitCodes` of the model names them. */
  readonly exitCode: number;
}

/** How many steps of a kind go on at once; what is not named is bounded by its needs alone. */
const atOnce: Partial<Record<Step['kind'], number>> = { build: 2, stage: 3 };

/**
 * Runs every step as soon as what it needs has ended. A failing service is a result; the run ends early only when its
 * surroundings fail or `signal` aborts. Never throws for either: the record says what is known.
 */
export async function runPlan(
  config: Config,
  plan: Plan,
  world: World,
  signal: AbortSignal,
): Promise<FinishedRun> {
  const startedMs = world.clock.now();
  const facts = new RunFacts();
  facts.notices.push(...world.notices);
  world.report({
    kind: 'run-started',
    runId: world.runId,
    system: config.system,
    runtime: world.runtime,
    steps: plan.steps.map(({ id, title, phase }) => ({ id, title, phase })),
  });
  for (const text of world.notices) world.report({ kind: 'notice', text });

  await performAll({ config, plan, world, facts, signal, runStartedMs: startedMs });

  await world.recorded().catch((error: unknown) => addProblem(facts, error));
  const record = recordOfRun({ config, plan, world, facts, startedMs });
  world.record([endOf(record)]);
  const exitCode = await world.recorded().then(
    () => exitCodeOfRun(record),
    () => exitCodes.infrastructure,
  );
  world.report({ kind: 'run-finished', record, exitCode });
  return { record, exitCode };
}

function endOf({
  runId,
  system,
  target,
  runtime,
  verdict,
  commit,
  startedAt,
  durationMs,
}: RunRecord): LedgerRecord {
  return { kind: 'run', runId, system, target, runtime, verdict, commit, startedAt, durationMs };
}

interface Running {
  readonly config: Config;
  readonly plan: Plan;
  readonly world: World;
  readonly facts: RunFacts;
  readonly signal: AbortSignal;
  readonly runStartedMs: number;
}

async function performAll({ config, plan, world, facts, signal, runStartedMs }: Running): Promise<void> {
  const broken = new AbortController();
  const stop = AbortSignal.any([signal, broken.signal]);
  const waiting = new Set(plan.steps);
  const ended = new Set<string>();
  const running = new Map<Step, Promise<void>>();

  const isReady = (step: Step): boolean => step.needs.every((need) => ended.has(need));
  const hasRoom = (step: Step): boolean => {
    const same = [...running.keys()].filter(({ kind }) => kind === step.kind).length;
    return same < (atOnce[step.kind] ?? Number.POSITIVE_INFINITY);
  };
  const runStep = async (step: Step): Promise<void> => {
    const startedMs = world.clock.now() - runStartedMs;
    world.report({ kind: 'step-started', step: step.id });
    try {
      const { outcome, detail } = await perform(step, { config, world, facts, signal: stop });
      finish(step, { outcome, detail, startedMs });
    } catch (error) {
      const detail = describe(error);
      finish(step, { outcome: 'inconclusive', detail, startedMs });
      // What comes after the first break is its echo.
      if (!stop.aborted) addProblem(facts, error);
      broken.abort(error);
    } finally {
      running.delete(step);
      ended.add(step.id);
    }
  };
  const finish = (
    { id, title }: Step,
    { startedMs, outcome, detail }: Performance & { readonly startedMs: number },
  ): void => {
    const durationMs = world.clock.now() - runStartedMs - startedMs;
    const told = detail === undefined ? {} : { detail };
    facts.steps.push({ id, title, outcome, startedMs, durationMs, ...told });
    world.report({ kind: 'step-finished', step: id, outcome, durationMs, ...told });
  };

  while (waiting.size > 0 && !stop.aborted) {
    for (const step of waiting) {
      if (stop.aborted || !isReady(step) || !hasRoom(step)) continue;
      waiting.delete(step);
      running.set(step, runStep(step));
    }
    if (stop.aborted) break;
    if (running.size === 0) throw new Error(`Steps wait for each other: ${[...waiting].map(({ id }) => id)}`);
    await Promise.race(running.values());
  }
  await Promise.all(running.values());
  for (const { id, title } of waiting) {
    facts.steps.push({ id, title, outcome: 'skipped', durationMs: 0, detail: 'the run ended before it' });
  }
  if (signal.aborted && facts.problems.length === 0) addProblem(facts, signal.reason);
}

function addProblem(facts: RunFacts, error: unknown): void {
  const code = error instanceof StagegateError ? error.code : 'SG_INTERNAL';
  facts.problems.push({ code, message: describe(error), hint: errorHints[code] });
}

function describe(error: unknown): string {
  if (error instanceof StagegateError) return redact([error.message, ...error.problems].join('\n'));
  return redact(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
