import { expect, test } from 'vitest';
import { brokenRecord, failingRecord, passingRecord } from './sample-records.ts';
import { renderStepSummary } from './step-summary.ts';

test('the heading answers, and a table shows where every service is deployed', () => {
  const lines = renderStepSummary(passingRecord).split('\n');
  expect(lines[0]).toBe('## ✓ shop: May it go to production? Yes');
  expect(lines).toContain('| service | dev | test | staging | production | version |');
  expect(lines).toContain('| orders | ✓ pass | ✓ pass | ✓ pass | ✓ pass | 1.6.0+g3f2a91c `6f7264657273` |');
});

test('every failure is listed, and nothing in it is markup', () => {
  const [result] = failingRecord.stages;
  if (result === undefined) throw new Error('no result');
  const failure = { message: '<img src=x> | `tick`' };
  const cases = [{ name: 'a | b', file: 'x.test.ts', outcome: 'fail' as const, durationMs: 1, failure }];
  const text = renderStepSummary({ ...failingRecord, stages: [{ ...result, status: 'fail', cases }] });
  expect(text).toContain('- **orders → test** contract failed 1 of 6');
  expect(text).toContain('- **catalog · unit** a &#124; b: &#60;img src=x&#62; &#124; &#96;tick&#96;');
});

test('what failed around the run comes instead of its echoes', () => {
  const text = renderStepSummary(brokenRecord);
  expect(text).toContain('- **SG_STORE_FAILED** PostgreSQL did not start');
  expect(text).not.toContain('the run ended before it');
});
