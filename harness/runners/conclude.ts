import {
  firstLine,
  type StageName,
  type StageResult,
  type TestCase,
  type TestCounts,
} from '../model/index.ts';
import type { StageService } from './context.ts';
import type { ServiceJudgement } from './contract-judgement.ts';
import { concerns, type FileOutcome, type FilesOutcome } from './file-outcome.ts';

/** What a stage concludes about one service from the files that ran. Silence is never a pass. */
export function concludeStage(input: {
  readonly stage: StageName;
  readonly name: string;
  readonly service: StageService;
  readonly outcome: FilesOutcome;
  /** What the contract stage adds to what the tests say. */
  readonly judgement?: ServiceJudgement;
  /** When the stage began, for a service none of whose files ran. */
  readonly startedAt: Date;
}): StageResult {
  const { stage, name, service, outcome, judgement } = input;
  const about = (one: { readonly service: string | null }): boolean =>
    concerns(one.service, name, service.suite);
  const doubts = [
    ...(judgement?.doubts ?? []),
    ...outcome.doubts.filter(about).map(({ because }) => because),
  ];
  const files = outcome.files.filter(about);
  const cases = withFaults(
    `suites/${stage}/${name}`,
    files.flatMap((file) => file.cases),
    judgement?.faults ?? [],
  );
  const tests = countTests(cases);
  const because = failureOf(cases) ?? uncertaintyOf({ stage, name, files, tests, outcome, doubts });
  return {
    stage,
    service: name,
    status: tests.failed > 0 ? 'fail' : because === undefined ? 'pass' : 'inconclusive',
    tests,
    cases,
    digest: service.artifact.digest,
    runtime: service.artifact.runtime,
    startedAt: earliest(files, input.startedAt).toISOString(),
    durationMs: Math.round(files.reduce((sum, file) => sum + file.durationMs, 0)),
    ...(because === undefined ? {} : { because }),
    ...(judgement === undefined ? {} : { contracts: judgement.contracts }),
    ...(judgement?.pacts === undefined ? {} : { pacts: judgement.pacts }),
  };
}

/** What is wrong although no test failed is a failed case too, so that every report shows it. */
function withFaults(
  file: string,
  cases: readonly TestCase[],
  faults: readonly string[],
): readonly TestCase[] {
  if (cases.some(({ outcome }) => outcome === 'fail')) return cases;
  const failed = faults.map(
    (message): TestCase => ({
      name: 'the contracts',
      file,
      outcome: 'fail',
      durationMs: 0,
      failure: { message },
    }),
  );
  return [...cases, ...failed];
}

function countTests(cases: readonly TestCase[]): TestCounts {
  const count = (outcome: TestCase['outcome']): number =>
    cases.filter((testCase) => testCase.outcome === outcome).length;
  return { passed: count('pass'), failed: count('fail'), skipped: count('skipped') };
}

function failureOf(cases: readonly TestCase[]): string | undefined {
  const failed = cases.filter((testCase) => testCase.outcome === 'fail');
  const [first] = failed;
  if (first === undefined) return undefined;
  const others = failed.length === 1 ? '' : ` (and ${failed.length - 1} more)`;
  return `${first.name}: ${firstLine(first.failure?.message ?? 'failed')}${others}`;
}

function uncertaintyOf(input: {
  readonly stage: StageName;
  readonly name: string;
  readonly files: readonly FileOutcome[];
  readonly tests: TestCounts;
  readonly outcome: FilesOutcome;
  readonly doubts: readonly string[];
}): string | undefined {
  const { stage, name, files, tests, outcome, doubts } = input;
  const unfinished = files.find((file) => !file.finished);
  if (unfinished !== undefined) {
    return `SG_TESTS_LOST: ${unfinished.file} did not end: its worker ended before it`;
  }
  const [stray] = outcome.strayErrors;
  if (stray !== undefined) return `SG_TESTS_LOST: the test run broke: ${firstLine(stray)}`;
  const [doubt] = doubts;
  if (doubt !== undefined) return doubt;
  if (files.length === 0) {
    return `SG_NO_TESTS: no *.test.ts in suites/${stage}/${name}/, and services.${name}.suites.${stage} names no other runner`;
  }
  const empty = files.find((file) => file.cases.length === 0);
  if (empty !== undefined) return `SG_NO_TESTS: ${empty.file} holds no test`;
  if (tests.passed === 0)
    return `SG_NO_TESTS: all ${tests.skipped} tests of ${stage} for ${name} were skipped`;
  return undefined;
}

function earliest(files: readonly FileOutcome[], fallback: Date): Date {
  const [first] = files.map((file) => file.startedAt).sort((a, b) => a.getTime() - b.getTime());
  return first ?? fallback;
}
