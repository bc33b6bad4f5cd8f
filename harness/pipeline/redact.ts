import type { StageResult, TestCase } from '../model/index.ts';

/** Takes passwords out of URLs: services print the addresses they were given when something goes wrong. */
export function redact(text: string): string {
  return text.replace(/(:\/\/[^:@/\s]*:)[^@/\s]+@/g, '$1…@');
}

export function redactResult(result: StageResult): StageResult {
  return {
    ...result,
    ...(result.because === undefined ? {} : { because: redact(result.because) }),
    cases: result.cases.map(redactCase),
  };
}

export function redactCase(testCase: TestCase): TestCase {
  if (testCase.failure === undefined) return testCase;
  const { message, stack } = testCase.failure;
  const failure = { message: redact(message), ...(stack === undefined ? {} : { stack: redact(stack) }) };
  return { ...testCase, failure };
}
