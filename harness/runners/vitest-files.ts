import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InlineConfig, Reporter, SerializedError, TestModule, Vitest } from 'vitest/node';
import { createVitest } from 'vitest/node';
import { StagegateError, type TestCase } from '../model/index.ts';
import type { StageContext } from './context.ts';
import { type FilesOutcome, joinOutcomes } from './file-outcome.ts';
import type { Phase, StagePlan } from './phases.ts';
import { withoutProcessHandlers } from './process-handlers.ts';
import { ownerOf, type SuiteFolder, testFilePattern } from './suite-folders.ts';
import { outcomeOf, projectPath, toTestCase } from './vitest-outcome.ts';

/** Runs around every test file: addresses before it, and after it what its tests registered to be put away. */
const fileSetup = fileURLToPath(import.meta.resolve('./testing/file-setup.ts'));

/** How long running tests may take to end after an interruption before their workers are killed. */
const cancelGraceMs = 1_500;

/** Vitest, set up for one stage; disposing it ends its workers. */
export interface TestFiles extends AsyncDisposable {
  /** The stage's test files of the chosen services, relative to the project root, sorted. */
  readonly found: readonly string[];
  /**
   * Runs files side by side, as many as the phase allows.
   * @throws `SG_INTERRUPTED` when the signal aborted; no worker is left then.
   */
  run(files: readonly string[], phase: Phase): Promise<FilesOutcome>;
}

/**
 * Finds the test files of a stage and readies vitest for them. The project's own vitest configuration has no say.
 * What tests print goes to `logFile`, never to this process's output.
 */
export async function openTestFiles(options: {
  readonly context: StageContext;
  readonly folders: readonly SuiteFolder[];
  readonly plan: StagePlan;
  readonly logFile: string;
  readonly onTest: (service: string | null, test: TestCase) => void;
  readonly signal: AbortSignal;
}): Promise<TestFiles> {
  const { context, folders, plan, logFile, onTest, signal } = options;
  signal.throwIfAborted();
  const exitCodeBefore = process.exitCode;
  await mkdir(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  const startedAt = new Map<string, Date>();
  const pathOf = (module: TestModule): string => projectPath(context.root, module.moduleId);
  const reporter: Reporter = {
    onTestModuleQueued: (module) => void startedAt.set(pathOf(module), new Date()),
    onTestCaseResult: (test) => {
      const file = pathOf(test.module);
      onTest(ownerOf(file, folders), toTestCase(test, file));
    },
  };
  const vitest = await withoutProcessHandlers(() =>
    createVitest(
      { ...settingsOf(context, folders, plan), config: false, reporters: [reporter] },
      { envDir: false },
      { stdout: log, stderr: log },
    ),
  );
  const specifications = new Map(
    (await vitest.globTestSpecifications()).map((specification) => [
      projectPath(context.root, specification.moduleId),
      specification,
    ]),
  );

  const runBatch = async (batch: readonly string[]): Promise<FilesOutcome> => {
    if (signal.aborted) throw interrupted();
    const chosen = batch.flatMap((file) => specifications.get(file) ?? []);
    const timeout = AbortSignal.timeout(plan.phaseTimeoutMs);
    const { testModules, unhandledErrors } = await cancellable(
      vitest,
      AbortSignal.any([signal, timeout]),
      () => vitest.runTestSpecifications(chosen),
    );
    if (signal.aborted) throw interrupted();
    const modules = testModules.filter((module) => batch.includes(pathOf(module)));
    return outcomeOf({
      root: context.root,
      folders,
      modules,
      errors: unhandledErrors as SerializedError[],
      startedAt,
      cutAfterMs: timeout.aborted ? plan.phaseTimeoutMs : null,
    });
  };

  return {
    found: [...specifications.keys()].sort(),
    async run(files, phase) {
      const batches = phase.workers === 1 ? files.map((file) => [file]) : files.length > 0 ? [files] : [];
      const outcomes: FilesOutcome[] = [];
      for (const batch of batches) outcomes.push(await runBatch(batch));
      return joinOutcomes(outcomes);
    },
    async [Symbol.asyncDispose]() {
      await vitest.close();
      await new Promise<void>((resolve) => log.end(resolve));
      // Vitest speaks its verdict through the exit code; ours is spoken by the command line.
      process.exitCode = exitCodeBefore;
    },
  };
}

function settingsOf(context: StageContext, folders: readonly SuiteFolder[], plan: StagePlan): InlineConfig {
  return {
    root: context.root,
    include: folders.map(({ folder }) => `${folder}/${testFilePattern}`),
    setupFiles: [fileSetup],
    provide: { stagegate: context },
    // Forks, not threads: a crash in native code (pact's) must not end the cluster, and a fork can be killed.
    pool: 'forks',
    isolate: !plan.sharedWorkers,
    maxWorkers: Math.max(...plan.phases.map((phase) => phase.workers)),
    env: { ...context.tasksEnvironment, ...compileCache(), PACT_DO_NOT_TRACK: 'true' },
    // Node runs the sources as they are, as it runs the services.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    testTimeout: plan.testTimeoutMs,
    hookTimeout: plan.hookTimeoutMs,
    retry: 0,
    allowOnly: false,
    // An empty file is not an error of the file; what it means is concluded later.
    passWithNoTests: true,
    watch: false,
    cache: false,
    disableConsoleIntercept: true,
  };
}

/** Workers share this process's cache of compiled sources, where it has one. */
function compileCache(): { readonly NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

/** Asks running tests to end when the signal aborts, then makes them. */
async function cancellable<T>(vitest: Vitest, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  let force: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    const ignore = (): void => {};
    // A second cancel while the first one waits kills the workers.
    force = setTimeout(() => vitest.cancelCurrentRun('test-failure').catch(ignore), cancelGraceMs);
    vitest.cancelCurrentRun('test-failure').catch(ignore);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await run();
  } finally {
    signal.removeEventListener('abort', cancel);
    clearTimeout(force);
  }
}

function interrupted(): StagegateError {
  return new StagegateError('SG_INTERRUPTED', 'The tests were interrupted before they ended.');
}
