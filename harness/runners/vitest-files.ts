import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { InlineConfig, Reporter, SerializedError, TestModule, Vitest } from 'vitest/node';
import { createVitest } from 'vitest/node';
import { StagegateError, type TestCase } from '../model/index.ts';
import type { StageContext } from './context.ts';
import { type FilesOutcome, joinOutcomes } from './file-outcome.ts';
import type { Phase, StagePlan } from './phases.ts';
import { withoutProcessHandlers } from './process-handlers.ts';
import { ownerOf, type SuiteFolder, testFilePattern } from './suite-folders.ts';
import { type TestWorkers, testWorkers } from './test-worker.ts';
import { outcomeOf, projectPath, toTestCase, unfinished } from './vitest-outcome.ts';

/** Runs around every test file: addresses before it, and after it what its tests registered to be put away. */
const fileSetup = fileURLToPath(import.meta.resolve('./testing/file-setup.ts'));

/** How long running tests may take to end after an interruption before their workers are killed. */
const cancelGraceMs = 1_500;
/** How long vitest itself may then take. */
const giveUpMs = 10_000;

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

export interface TestFilesOptions {
  readonly context: StageContext;
  readonly folders: readonly SuiteFolder[];
  readonly plan: StagePlan;
  readonly logFile: string;
  readonly onTest: (service: string | null, test: TestCase) => void;
  readonly signal: AbortSignal;
}

/**
 * Finds the test files of a stage and readies vitest for them. The project's own vitest configuration has no say.
 * What tests print goes to `logFile`, never to this process's output.
 */
export async function openTestFiles(options: TestFilesOptions): Promise<TestFiles> {
  const { context, folders, plan, logFile, onTest, signal } = options;
  signal.throwIfAborted();
  const exitCodeBefore = process.exitCode;
  await mkdir(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  const startedAt = new Map<string, Date>();
  const seen = new Map<string, TestModule>();
  const workers = testWorkers();
  const pathOf = (module: TestModule): string => projectPath(context.root, module.moduleId);
  const reporter: Reporter = {
    onTestModuleQueued: (module) => {
      startedAt.set(pathOf(module), new Date());
      seen.set(pathOf(module), module);
    },
    onTestCaseResult: (test) => {
      const file = pathOf(test.module);
      onTest(ownerOf(file, folders), toTestCase(test, file));
    },
  };
  const vitest = await withoutProcessHandlers(() =>
    createVitest(
      { ...settingsOf(options, workers), config: false, reporters: [reporter] },
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

  /** Vitest no longer says how its files end: what is left of the stage stays unknown. */
  let isStuck = false;
  const runBatch = async (batch: readonly string[]): Promise<FilesOutcome> => {
    if (signal.aborted) throw interrupted();
    if (isStuck) {
      return { files: batch.map((file) => unfinished(file, folders)), strayErrors: [], doubts: [] };
    }
    const chosen = batch.flatMap((file) => specifications.get(file) ?? []);
    const timeout = AbortSignal.timeout(plan.phaseTimeoutMs);
    const ended = await runUntil(AbortSignal.any([signal, timeout]), {
      vitest,
      workers,
      run: () => vitest.runTestSpecifications(chosen),
    });
    isStuck = ended === null;
    if (signal.aborted) throw interrupted();
    const modules = ended?.testModules ?? [...seen.values()];
    return outcomeOf({
      root: context.root,
      folders,
      asked: batch,
      modules: modules.filter((module) => batch.includes(pathOf(module))),
      errors: (ended?.unhandledErrors ?? []) as SerializedError[],
      startedAt,
      cutAfterMs: timeout.aborted && !isStuck ? plan.phaseTimeoutMs : null,
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
      await settled(vitest.close(), giveUpMs);
      await workers.kill();
      await new Promise<void>((resolve) => log.end(resolve));
      // Vitest speaks its verdict through the exit code; ours is spoken by the command line.
      process.exitCode = exitCodeBefore;
    },
  };
}

function settingsOf(
  { context, folders, plan }: Pick<TestFilesOptions, 'context' | 'folders' | 'plan'>,
  workers: TestWorkers,
): InlineConfig {
  return {
    root: context.root,
    include: folders.map(({ folder }) => `${folder}/${testFilePattern}`),
    setupFiles: [fileSetup],
    provide: { stagegate: context },
    // Forks, not threads: a crash in native code (pact's) must not end the cluster, and a fork can be killed.
    pool: workers,
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

/**
 * Runs until the end, or until the signal asks for one: running tests are then asked to end, then made to. Null when vitest
 * does not come back after that either; no worker is left then.
 */
async function runUntil<T>(
  signal: AbortSignal,
  { vitest, workers, run }: { readonly vitest: Vitest; readonly workers: TestWorkers; run(): Promise<T> },
): Promise<T | null> {
  const ignore = (): void => {};
  const aborted = Promise.withResolvers<void>();
  const abort = (): void => aborted.resolve();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const running = run();
    await Promise.race([running, aborted.promise]);
    if (!signal.aborted) return await running;
    vitest.cancelCurrentRun('test-failure').catch(ignore);
    if (await settled(running, cancelGraceMs)) return await running;
    // A second cancel while the first one waits kills the workers.
    vitest.cancelCurrentRun('test-failure').catch(ignore);
    if (await settled(running, giveUpMs)) return await running;
    running.catch(ignore);
    await workers.kill();
    return null;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Whether the promise was fulfilled or rejected within the time. */
async function settled(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  const timer = new AbortController();
  const ended = promise.then(
    () => true,
    () => true,
  );
  const late = pause(withinMs, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([ended, late]);
  } finally {
    timer.abort();
  }
}

function interrupted(): StagegateError {
  return new StagegateError('SG_INTERRUPTED', 'The tests were interrupted before they ended.');
}
