import type { RunRecord, StageResult, TestCase } from '../model/index.ts';

import { controlSentence, firstLine } from '../model/index.ts';

/**
 * The record as JUnit XML, one suite per stage and service. A failing test is a `failure`; a stage that proved nothing
 * is an `error`, so that no reader of this file takes silence for success. Pure.
 */
export function renderJunit(record: RunRecord): string {
  const suites = [...record.stages.map(renderSuite), ...record.problems.map(renderProblem)];
  const total = (pick: (result: StageResult) => number): number =>
    record.stages.reduce((sum, result) => sum + pick(result), 0);
  const attributes = attributesOf({
    name: record.system,
    tests: total(testsIn) + record.problems.length,
    failures: total(({ tests }) => tests.failed),
    errors: total(errorsIn) + record.problems.length,
    skipped: total(skippedIn),
    time: seconds(record.durationMs),
    timestamp: record.startedAt,
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes}>\n${suites.join('')}</testsuites>\n`;
}

/** What broke the run, or that it has not ended: a file without it would look like success. */
function renderProblem({ code, message, hint }: RunRecord['problems'][number]): string {
  const suite = attributesOf({ name: 'stagegate', tests: 1, failures: 0, errors: 1, skipped: 0 });
  const error = attributesOf({ message: firstLine(message), type: code });
  return [
    `  <testsuite${suite}>\n`,
    `    <testcase${attributesOf({ classname: 'stagegate', name: 'the run', time: '0.000' })}>\n`,
    `      <error${error}>${escapeXml(`${message}\n${hint}`)}</error>\n`,
    '    </testcase>\n  </testsuite>\n',
  ].join('');
}

function renderSuite(result: StageResult): string {
  const name = `${result.stage}.${result.service}`;
  const attributes = attributesOf({
    name,
    tests: testsIn(result),
    failures: result.tests.failed,
    errors: errorsIn(result),
    skipped: skippedIn(result),
    time: seconds(result.durationMs),
    timestamp: result.startedAt,
  });
  const properties = [
    ['stagegate.digest', result.digest],
    ['stagegate.runtime', result.runtime],
    ...(result.control === undefined ? [] : [['stagegate.control', controlSentence(result.control)]]),
  ].map(([key, value]) => `      <property${attributesOf({ name: key ?? '', value: value ?? '' })}/>\n`);
  const isFlaky = result.control?.kind === 'flaky';
  const cases = result.cases.map((testCase) => renderCase(name, testCase, isFlaky));
  return [
    `  <testsuite${attributes}>\n`,
    `    <properties>\n${properties.join('')}    </properties>\n`,
    ...cases,
    renderWhole(name, result),
    '  </testsuite>\n',
  ].join('');
}

/** Of a stage that passed when it was repeated, a failure is told as Surefire tells it, beside the failure that counts. */
function renderCase(classname: string, testCase: TestCase, isFlaky: boolean): string {
  const { name, file, outcome, durationMs, failure } = testCase;
  const open = `    <testcase${attributesOf({ classname, name, file, time: seconds(durationMs) })}`;
  switch (outcome) {
    case 'pass':
      return `${open}/>\n`;
    case 'skipped':
      return `${open}>\n      <skipped/>\n    </testcase>\n`;
    case 'fail': {
      const { message: seen = 'failed', stack, cause } = failure ?? {};
      const message = cause === undefined ? seen : `caused by ${cause.service}: ${cause.because}\n${seen}`;
      const text = [message, ...(cause?.evidence ?? []), ...(stack === undefined ? [] : ['', stack])].join(
        '\n',
      );
      const attributes = attributesOf({ message: firstLine(message), type: 'failure' });
      const flaky = isFlaky ? `      <flakyFailure${attributes}/>\n` : '';
      return `${open}>\n      <failure${attributes}>${escapeXml(text)}</failure>\n${flaky}    </testcase>\n`;
    }
  }
}

/** One more case that stands for the stage itself, when it proved nothing or did not run. */
function renderWhole(classname: string, { status, because = '' }: StageResult): string {
  if (status !== 'inconclusive' && status !== 'skipped') return '';
  const open = `    <testcase${attributesOf({ classname, name: 'the stage as a whole', time: '0.000' })}>\n`;
  const attributes = attributesOf({ message: because, ...(status === 'skipped' ? {} : { type: status }) });
  return `${open}      <${status === 'skipped' ? 'skipped' : 'error'}${attributes}/>\n    </testcase>\n`;
}

function testsIn(result: StageResult): number {
  return result.cases.length + errorsIn(result) + (result.status === 'skipped' ? 1 : 0);
}

function errorsIn({ status }: StageResult): number {
  return status === 'inconclusive' ? 1 : 0;
}

function skippedIn({ tests, status }: StageResult): number {
  return tests.skipped + (status === 'skipped' ? 1 : 0);
}

function attributesOf(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Also drops what XML 1.0 cannot hold at all: most control characters and halves of surrogate pairs. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
