import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule, Vitest, TestCase as VitestCase } from 'vitest/node';
import { createVitest } from 'vitest/node';
import { StagegateError, type TestCase } from '../model/index.ts';
import type { StageContext } from './context.ts';
import { type FileOutcome, type FilesOutcome, serviceOf } from './file-outcome.ts';
import type { Phase, StagePlan } from './phases.ts';
import { withoutProcessHandlers } from './process-handlers.ts';

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
  readonly services: readonly string[];
  readonly plan: StagePlan;
  readonly logFile: string;
  readonly onTest: (service: string, test: TestCase) => void;
  readonly signal: AbortSignal;
}): Promise<TestFiles> {
  const { context, services, plan, logFile, onTest, signal } = options;
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
      onTest(serviceOf(file), toTestCase(test, file));
    },
  };
  const vitest = await withoutProcessHandlers(() =>
    createVitest(
      {
        root: context.root,
        config: false,
        include: services.map((service) => `suites/${context.stage}/${service}/**/*.test.ts`),
        setupFiles: [fileSetup],
        watch: false,
        cache: false,
        reporters: [reporter],
        provide: { stagegate: context },
        // Forks, not threads: a crash in native code (pact's) must not end the cluster, and a fork can be killed.
        pool: 'forks',
        isolate: !plan.sharedWorkers,
        maxWorkers: Math.max(...plan.phases.map((phase) => phase.workers)),
        env: { ...context.tasksEnvironment, ...compileCache(), PACT_DO_NOT_TRACK: 'true' },
        retry: 0,
        allowOnly: false,
        // An empty file is not an error of the file; what it means is concluded later.
        passWithNoTests: true,
        testTimeout: plan.testTimeoutMs,
        hookTimeout: plan.hookTimeoutMs,
        disableConsoleIntercept: true,
        // Node runs the sources as they are, as it runs the services.
        experimental: { viteModuleRunner: false, nodeLoader: false },
      },
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
      return {
        files: outcomes.flatMap((outcome) => outcome.files),
        strayErrors: outcomes.flatMap((outcome) => outcome.strayErrors),
      };
    },
    async [Symbol.asyncDispose]() {
      await vitest.close();
      await new Promise<void>((resolve) => log.end(resolve));
      // Vitest speaks its verdict through the exit code; ours is spoken by the command line.
      process.exitCode = exitCodeBefore;
    },
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

function outcomeOf(input: {
  readonly root: string;
  readonly modules: readonly TestModule[];
  readonly errors: readonly SerializedError[];
  readonly startedAt: ReadonlyMap<string, Date>;
  /** The phase's timeout when it was what ended the run. */
  readonly cutAfterMs: number | null;
}): FilesOutcome {
  const { root, modules, errors, startedAt, cutAfterMs } = input;
  const attributed = errors.map((error) => ({ error, file: fileOfError(error, root, modules) }));
  const files = modules.map((module): FileOutcome => {
    const file = projectPath(root, module.moduleId);
    const diagnostic = module.diagnostic();
    const cases = casesOf(module, file);
    const unhandled = attributed.filter((entry) => entry.file === file).map((entry) => entry.error);
    const ended = !['pending', 'queued'].includes(module.state());
    if (ended) cases.push(...unhandled.map((error) => unhandledCase(error, file)));
    const cut = module.state() === 'pending' && unhandled.length === 0 && cutAfterMs !== null;
    if (cut) {
      const message = `still running after ${cutAfterMs} ms, the limit of the phase; its worker was killed`;
      cases.push(failedCase(file, 'the file', { message }));
    }
    return {
      file,
      cases,
      finished: ended || cut,
      startedAt: startedAt.get(file) ?? new Date(),
      durationMs:
        diagnostic.environmentSetupDuration +
        diagnostic.prepareDuration +
        diagnostic.collectDuration +
        diagnostic.setupDuration +
        diagnostic.duration,
    };
  });
  return {
    files,
    strayErrors: attributed
      .filter((entry) => entry.file === undefined)
      .map(({ error }) => plain(error.cause?.message ?? error.message)),
  };
}

function casesOf(module: TestModule, file: string): TestCase[] {
  const tests = [...module.children.allTests()]
    .filter((test) => test.result().state !== 'pending')
    .map((test) => toTestCase(test, file));
  const loading = module.errors().map((error) => failedCase(file, 'loading the file', error));
  const hooks = [...module.children.allSuites()].flatMap((suite) =>
    suite.errors().map((error) => failedCase(file, `${suite.fullName} > hooks`, error)),
  );
  return [...loading, ...hooks, ...tests];
}

/** `expect` counts from when the test began; a test that never began took no time. */
function toTestCase(test: VitestCase, file: string): TestCase {
  const result = test.result();
  const base = { name: test.fullName, file, durationMs: Math.round(test.diagnostic()?.duration ?? 0) };
  switch (result.state) {
    case 'passed':
      return { ...base, outcome: 'passed' };
    case 'failed':
      return { ...base, outcome: 'failed', failure: failureOf(result.errors) };
    case 'skipped':
    case 'pending':
      return { ...base, outcome: 'skipped' };
  }
}

function failedCase(file: string, name: string, error: SerializedError): TestCase {
  return { name, file, outcome: 'failed', durationMs: 0, failure: failureOf([error]) };
}

function unhandledCase(error: SerializedError, file: string): TestCase {
  const during = typeof error.VITEST_TEST_NAME === 'string' ? `${error.VITEST_TEST_NAME} > ` : '';
  return failedCase(file, `${during}unhandled error`, error);
}

function failureOf(errors: readonly SerializedError[]): NonNullable<TestCase['failure']> {
  const message = errors.map(messageOf).join('\n\n') || 'failed without an error';
  const stack = errors.map((error) => plain(error.stack ?? '')).join('\n\n');
  return stack === '' ? { message } : { message, stack };
}

function messageOf(error: SerializedError): string {
  const diff = typeof error.diff === 'string' ? `\n\n${error.diff}` : '';
  return plain(`${error.message ?? String(error)}${diff}`);
}

/** Without colours, and without the query that vitest adds to file names. */
function plain(text: string | undefined): string {
  return stripVTControlCharacters(text ?? '').replaceAll(/\?vitest=\d+/g, '');
}

function fileOfError(
  error: SerializedError,
  root: string,
  modules: readonly TestModule[],
): string | undefined {
  const named = error.VITEST_TEST_PATH;
  if (typeof named === 'string') return projectPath(root, named);
  const text = `${error.message} ${error.cause?.message ?? ''}`;
  const module = modules.find((candidate) => text.includes(candidate.moduleId));
  return module === undefined ? undefined : projectPath(root, module.moduleId);
}

function projectPath(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}
