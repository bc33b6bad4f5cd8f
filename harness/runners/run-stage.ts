import { basename, join } from 'node:path';
import type { StageName, StageResult, TestCase } from '../model/index.ts';
import { debug } from '../plumbing/debug-log.ts';
import { runCommandSuites } from './command/run-command-suites.ts';
import { concludeStage } from './conclude.ts';
import { writeConfiguredProviders } from './configured-providers.ts';
import type { StageContext, StageService } from './context.ts';
import { gapsOf } from './contract-gaps.ts';
import { openContractPhases } from './contract-phases.ts';
import { type FilesOutcome, joinOutcomes } from './file-outcome.ts';
import { phaseOf, stagePlans } from './phases.ts';
import { holdTestFiles, ownerOf, suiteFolders } from './suite-folders.ts';
import type { openTestFiles as OpenTestFiles, TestFiles } from './vitest-files.ts';

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
  /** Of the test files found, only these; relative to the project root. */
  readonly files?: readonly string[];
}

/**
 * Runs one stage for some services, in one vitest instance and by the commands of other runners, and says, per service
 * and in the order asked, what was found. A failing test is a result, not an exception.
 * @throws `SG_INTERRUPTED` when the signal aborted, with every worker gone; `SG_PACT_INVALID` before any contract test runs.
 */
export async function runStage(request: StageRequest): Promise<StageResult[]> {
  const { stage, services, signal } = request;
  const startedAt = new Date();
  const plan = stagePlans[stage];
  const logFile = request.logFile ?? join(request.context.scratch, 'logs', `${stage}.log`);
  const contracts = stage === 'contract' ? await openContractPhases(request.context) : undefined;
  const context = contracts?.context ?? request.context;
  if (stage === 'contract') await writeConfiguredProviders(context, services);
  const folders = suiteFolders(context, services);
  const onTest = (service: string | null, test: TestCase): void =>
    request.onTest(service ?? sharingOne(context, services), test);
  await using tests = await openTests({ context, folders, plan, logFile, onTest, signal });

  const found = tests.found.filter((file) => request.files?.includes(file) ?? true);
  const outcomes: FilesOutcome[] = [];
  for (const [index, phase] of plan.phases.entries()) {
    const files = found.filter((file) => phaseOf(plan, basename(file)) === phase);
    debug('runner', () => `${stage}, ${phase.name}: ${files.join(' ') || 'no test files'}`);
    const ran = [await tests.run(files, phase)];
    if (index === 0) {
      ran.push(
        await runCommandSuites({ context, services, workers: phase.workers, logFile, onTest, signal }),
      );
    }
    const outcome = joinOutcomes(ran);
    outcomes.push(outcome);
    if (phase.name === 'consumers') await contracts?.takeOver(services, outcome);
  }
  const outcome = joinOutcomes(outcomes);
  const testFiles = tests.found.map((file) => ({ file, service: ownerOf(file, folders) }));
  const results: StageResult[] = [];
  for (const name of services) {
    const judgement = await contracts?.judge(name, testFiles);
    const service = serviceIn(context, name);
    const gaps = stage === 'functional' ? await gapsOf(name, context.scratch) : [];
    const result = concludeStage({
      stage,
      name,
      service,
      outcome,
      startedAt,
      ...(judgement === undefined ? {} : { judgement }),
    });
    results.push(gaps.length === 0 ? result : { ...result, gaps });
  }
  await contracts?.publish();
  return results;
}

/** Vitest where there is something for it to run. */
async function openTests(options: Parameters<typeof OpenTestFiles>[0]): Promise<TestFiles> {
  if (!(await holdTestFiles(options.context.root, options.folders))) return noTestFiles;
  const { openTestFiles } = await import('./vitest-files.ts');
  return openTestFiles(options);
}

const noTestFiles: TestFiles = {
  found: [],
  run: async () => joinOutcomes([]),
  async [Symbol.asyncDispose]() {},
};

/** A test of the whole system is shown with the first service that it counts for. */
function sharingOne(context: StageContext, services: readonly string[]): string {
  return services.find((name) => context.services[name]?.suite?.shared === true) ?? services[0] ?? '';
}

function serviceIn(context: StageContext, name: string): StageService {
  const service = context.services[name];
  if (service === undefined) throw new Error(`The stage context has no service "${name}".`);
  return service;
}
