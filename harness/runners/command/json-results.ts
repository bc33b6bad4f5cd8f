import { z } from 'zod';
import { broken, type Reported, type ReportedCase } from './reported.ts';

/** Results in JSON: of `jest --json`, or of `go test -json`, an event a line. */
export function readJsonResults(text: string): Reported {
  const whole = parsed(text);
  const jest = jestReport.safeParse(whole);
  if (jest.success) return { kind: 'cases', cases: casesOfJest(jest.data) };
  const lines = text.trim().split('\n').map(parsed);
  const events = lines.map((line) => goEvent.safeParse(line));
  if (events.length === 0 || !events.some(({ success }) => success))
    return broken('it is neither what jest --json nor what go test -json writes');
  if (events.some(({ success }) => !success)) return broken('a line of it is no event of go test -json');
  return casesOfGo(events.flatMap(({ data }) => data ?? []));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const jestReport = z.object({
  numTotalTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

function casesOfJest({ testResults }: z.infer<typeof jestReport>): readonly ReportedCase[] {
  return testResults.flatMap(({ name: file, status, message, assertionResults }): ReportedCase[] => {
    const cases = assertionResults.map((test): ReportedCase => {
      const base = { name: test.fullName, file, durationMs: Math.round(test.duration ?? 0) };
      if (test.status === 'passed') return { ...base, outcome: 'pass' };
      if (test.status !== 'failed') return { ...base, outcome: 'skipped' };
      const text = (test.failureMessages ?? []).join('\n\n');
      return { ...base, outcome: 'fail', failure: { message: firstLineOf(text), stack: text } };
    });
    // A file that could not be loaded has no test to fail.
    if (status !== 'failed' || cases.some(({ outcome }) => outcome === 'fail')) return cases;
    const failure = { message: firstLineOf(message ?? 'the file failed') };
    return [...cases, { name: 'loading the file', file, outcome: 'fail', durationMs: 0, failure }];
  });
}

const goEvent = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  Test: z.string().optional(),
  Elapsed: z.number().optional(),
  Output: z.string().optional(),
});
type GoEvent = z.infer<typeof goEvent>;

const ends: Readonly<Record<string, ReportedCase['outcome']>> = {
  pass: 'pass',
  fail: 'fail',
  skip: 'skipped',
};

function casesOfGo(events: readonly GoEvent[]): Reported {
  const perTest = Map.groupBy(events, ({ Package = '', Test = '' }) => `${Package}\0${Test}`);
  const cases: ReportedCase[] = [];
  for (const [key, ofTest] of perTest) {
    const [folder = '', test = ''] = key.split('\0');
    const end = ofTest.findLast(({ Action }) => Action in ends);
    const outcome = ends[end?.Action ?? ''];
    if (test !== '' && outcome === undefined) return broken(`${test} of ${folder} began and did not end`);
    // A package that fails without a failed test did not compile, or ended in the middle.
    const alone = test === '' && outcome === 'fail' && !failedIn(events, folder);
    if (outcome === undefined || (test === '' && !alone)) continue;
    const output = ofTest
      .flatMap(({ Output = '' }) => Output)
      .join('')
      .trim();
    cases.push({
      name: test === '' ? `the package ${folder}` : `${folder} > ${test}`,
      file: null,
      outcome,
      durationMs: Math.round((end?.Elapsed ?? 0) * 1000),
      ...(outcome === 'fail' ? { failure: { message: tellingGoLine(output), stack: output } } : {}),
    });
  }
  return { kind: 'cases', cases };
}

function failedIn(events: readonly GoEvent[], folder: string): boolean {
  return events.some(
    ({ Action, Package, Test }) => Action === 'fail' && Package === folder && Test !== undefined,
  );
}

/** `orders_test.go:12: got 3, want 4` rather than `=== RUN`. */
function tellingGoLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /\.go:\d+/.test(line)) ??
    lines.find((line) => !/^(=== |--- )/.test(line)) ??
    'failed'
  );
}

function firstLineOf(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
