import { basename, join } from 'node:path';
import type { StageName, StageResult, TestCase } from '../model/index.ts';
import { concludeStage } from './conclude.ts';
import type { StageContext, StageService } from './context.ts';
import { openContractPhases } from './contract-phases.ts';
import type { FilesOutcome } from './file-outcome.ts';
import { phaseOf, stagePlans } from './phases.ts';
import { openTestFiles } from './vitest-files.ts';

export interface StageRequest {
  readonly stage: StageName;
  /** Whose suites to run: `suites/<stage>/<service>/`. */
  readonly services: readonly string[];
  readonly context: StageContext;
  /** Called as each test ends, before the stage does. */
  readonly onTest: (service: string, test: TestCase) => void;
  /** Takes what tests print; default `<scratch>/logs/<stage>.log`. */
  readonly logFile?: string;
  readonly signal: AbortSignal;
}

/**
 * Runs one stage for some services in one vitest instance and says, per service and in the order asked, what was found.
 * A failing test is a result, not an exception.
 * @throws `SG_INTERRUPTED` when the signal aborted, with every worker gone; `SG_PACT_INVALID` before any contract test runs.
 */
export async function runStage(request: StageRequest): Promise<StageResult[]> {
  const { stage, services, onTest, signal } = request;
  const startedAt = new Date();
  const plan = stagePlans[stage];
  const logFile = request.logFile ?? join(request.context.scratch, 'logs', `${stage}.log`);
  const contracts = stage === 'contract' ? await openContractPhases(request.context) : undefined;
  const context = contracts?.context ?? request.context;
  await using tests = await openTestFiles({ context, services, plan, logFile, onTest, signal });

  const outcomes: FilesOutcome[] = [];
  for (const phase of plan.phases) {
    const files = tests.found.filter((file) => phaseOf(plan, basename(file)) === phase);
    const outcome = await tests.run(files, phase);
    outcomes.push(outcome);
    if (phase.name === 'consumers') await contracts?.takeOver(services, outcome);
  }
  const outcome: FilesOutcome = {
    files: outcomes.flatMap((each) => each.files),
    strayErrors: outcomes.flatMap((each) => each.strayErrors),
  };
  const results: StageResult[] = [];
  for (const name of services) {
    const judgement = await contracts?.judge(name, tests.found);
    const service = serviceIn(context, name);
    results.push(
      concludeStage({
        stage,
        name,
        service,
        outcome,
        startedAt,
        ...(judgement === undefined ? {} : { judgement }),
      }),
    );
  }
  await contracts?.publish();
  return results;
}

function serviceIn(context: StageContext, name: string): StageService {
  const service = context.services[name];
  if (service === undefined) throw new Error(`The stage context has no service "${name}".`);
  return service;
}
