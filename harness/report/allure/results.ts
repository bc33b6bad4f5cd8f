import { createHash } from 'node:crypto';
import { Stage, Status, type TestResult } from 'allure-js-commons';
import { FileSystemWriter } from 'allure-js-commons/sdk/reporter';
import type { RunRecord, StageResult, TestCase } from '../../model/index.ts';

import { firstLine } from '../../model/index.ts';

/** What Allure shows in its categories: defects of services apart from runs that proved nothing. */
const categories = [
  { name: 'Failing tests', matchedStatuses: [Status.FAILED] },
  { name: 'Stages that proved nothing', matchedStatuses: [Status.BROKEN] },
];

/** Writes a record as Allure results into an existing folder, for either of its generators. */
export function writeAllureResults(record: RunRecord, folder: string): void {
  const writer = new FileSystemWriter({ resultsDir: folder });
  writer.writeEnvironmentInfo({
    system: record.system,
    run: [...new Set(record.stages.map((result) => runOf(record, result)))].join(', ') || record.runId,
    runtime: record.runtime,
    commit: record.commit ?? 'none',
    verdict: `${record.target}: ${record.verdict}`,
  });
  writer.writeCategoriesDefinitions(categories);
  for (const result of record.stages) {
    for (const test of testsOf(record, result)) writer.writeResult(test);
  }
}

function testsOf(record: RunRecord, result: StageResult): TestResult[] {
  // The record keeps durations, not moments: tests are laid end to end from when their stage began.
  let start = Date.parse(result.startedAt);
  const tests = result.cases.map((testCase) => {
    const from = start;
    start += testCase.durationMs;
    return toTest(record, result, testCase, from);
  });
  return result.status === 'inconclusive' || result.status === 'skipped'
    ? [...tests, wholeStage(record, result, start)]
    : tests;
}

function toTest(record: RunRecord, result: StageResult, testCase: TestCase, start: number): TestResult {
  const { name, file, outcome, durationMs, failure } = testCase;
  const path = name.split(' > ');
  return {
    ...common(record, result, `${file}#${name}`),
    name: path.at(-1) ?? name,
    status: outcome === 'pass' ? Status.PASSED : outcome === 'fail' ? Status.FAILED : Status.SKIPPED,
    statusDetails:
      failure === undefined
        ? {}
        : { message: failure.message, ...(failure.stack && { trace: failure.stack }) },
    titlePath: [result.stage, result.service, ...path.slice(0, -1)],
    start,
    stop: start + durationMs,
  };
}

/** Stands for a stage without a result of its own, so that the report does not leave it out. */
function wholeStage(record: RunRecord, result: StageResult, start: number): TestResult {
  const { stage, service, status, because = '' } = result;
  return {
    ...common(record, result, `${stage}/${service}#as a whole`),
    name: status === 'skipped' ? `${stage} did not run` : `${stage} proved nothing`,
    status: status === 'skipped' ? Status.SKIPPED : Status.BROKEN,
    statusDetails: { message: firstLine(because) },
    titlePath: [stage, service],
    start,
    stop: start,
  };
}

function common(
  record: RunRecord,
  result: StageResult,
  fullName: string,
): Omit<TestResult, 'name' | 'status' | 'statusDetails' | 'start' | 'stop'> {
  const { stage, service, digest, runtime } = result;
  const identity = createHash('md5').update(`${stage}/${service}/${fullName}`).digest('hex');
  const version = record.services.find(({ name }) => name === service)?.version ?? 'not built';
  return {
    uuid: createHash('md5')
      .update(`${runOf(record, result)}/${identity}`)
      .digest('hex'),
    historyId: identity,
    testCaseId: identity,
    fullName,
    stage: Stage.FINISHED,
    labels: [
      { name: 'parentSuite', value: stage },
      { name: 'suite', value: service },
      { name: 'layer', value: stage },
      { name: 'feature', value: service },
      { name: 'framework', value: 'vitest' },
      { name: 'language', value: 'typescript' },
    ],
    links: [{ name: 'promotion report', url: '../promotion/index.html', type: 'link' }],
    parameters: [
      // What was tested is told, but does not make it another test.
      { name: 'version', value: version, excluded: true },
      { name: 'digest', value: digest, excluded: true },
      { name: 'runtime', value: runtime, excluded: true },
    ],
    steps: [],
    attachments: [],
  };
}

/** The run that made the result: an unchanged result makes an unchanged report, which need not be generated again. */
function runOf(record: RunRecord, { reused }: StageResult): string {
  return reused?.runId ?? record.runId;
}
