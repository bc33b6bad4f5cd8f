import { join, relative, sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { SerializedError, TestModule, TestCase as VitestCase } from 'vitest/node';
import type { TestCase } from '../model/index.ts';
import type { FileOutcome, FilesOutcome } from './file-outcome.ts';
import { ownerOf, type SuiteFolder } from './suite-folders.ts';

/** What vitest found in some files, in our words: every error becomes a failed case of the file it belongs to. */
export function outcomeOf(input: {
  readonly root: string;
  readonly folders: readonly SuiteFolder[];
  /** What was to run, relative to the root. */
  readonly asked: readonly string[];
  readonly modules: readonly TestModule[];
  readonly errors: readonly SerializedError[];
  readonly startedAt: ReadonlyMap<string, Date>;
  /** The phase's timeout when it was what ended the run. */
  readonly cutAfterMs: number | null;
}): FilesOutcome {
  const { root, folders, asked, modules, errors, startedAt, cutAfterMs } = input;
  const attributed = errors.map((error) => ({ error, file: fileOfError(error, root, asked) }));
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
      service: ownerOf(file, folders),
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
  const told = new Set(files.map(({ file }) => file));
  const all = [...files, ...asked.filter((file) => !told.has(file)).map((file) => unfinished(file, folders))];
  const strays = attributed
    .filter((entry) => entry.file === undefined)
    .map(({ error }) => plain(error.cause?.message ?? error.message));
  // A worker that was killed before it knew its files: those that did not end say so themselves.
  const explained = all.some(({ finished }) => !finished);
  return {
    files: all,
    strayErrors: strays.filter((text) => !(explained && /^Worker exited unexpectedly/.test(text))),
    doubts: [],
  };
}

/** What is known of a file that vitest said nothing about. */
export function unfinished(file: string, folders: readonly SuiteFolder[]): FileOutcome {
  return {
    file,
    service: ownerOf(file, folders),
    cases: [],
    finished: false,
    startedAt: new Date(),
    durationMs: 0,
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

/** A test that ended; one that never began took no time. */
export function toTestCase(test: VitestCase, file: string): TestCase {
  const result = test.result();
  const base = { name: test.fullName, file, durationMs: Math.round(test.diagnostic()?.duration ?? 0) };
  switch (result.state) {
    case 'passed':
      return { ...base, outcome: 'pass' };
    case 'failed':
      return { ...base, outcome: 'fail', failure: failureOf(result.errors) };
    case 'skipped':
    case 'pending':
      return { ...base, outcome: 'skipped' };
  }
}

function failedCase(file: string, name: string, error: SerializedError): TestCase {
  return { name, file, outcome: 'fail', durationMs: 0, failure: failureOf([error]) };
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

function fileOfError(error: SerializedError, root: string, asked: readonly string[]): string | undefined {
  const named = error.VITEST_TEST_PATH;
  if (typeof named === 'string') return projectPath(root, named);
  const text = `${error.message} ${error.cause?.message ?? ''}`;
  return asked.find((file) => text.includes(join(root, file)));
}

/** Relative to the project, with forward slashes. */
export function projectPath(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}
