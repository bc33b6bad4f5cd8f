import { expect, it } from 'vitest';
import type { RunRecord } from '../model/index.ts';
import { renderAnnotations } from './annotations.ts';
import { brokenRecord, failingRecord, passingRecord } from './sample-records.ts';

it('marks nothing in a run that passed', () => {
  expect(renderAnnotations(passingRecord)).toEqual([]);
});

it('marks a failing test at its file, and a problem by its code', () => {
  expect(renderAnnotations(failingRecord)[0]).toMatch(
    /^::error file=suites\/contract\/orders\/orders\.provider\.test\.ts,title=orders · contract%3A orders > honours/,
  );
  expect(renderAnnotations(brokenRecord)[0]).toMatch(
    /^::error title=SG_STORE_FAILED::PostgreSQL did not start/,
  );
});

it('writes one line each, whatever a test says', () => {
  for (const line of renderAnnotations(failingRecord)) expect(line).not.toMatch(/[\r\n]/);
});

it('keeps within what a step may show, and counts the rest', () => {
  const stage = failingRecord.stages.find(({ status }) => status === 'fail');
  const many = Array.from({ length: 25 }, (_, index) => ({ ...stage, service: `s${index}` }));
  const record = { ...failingRecord, stages: many } as RunRecord;
  const errors = renderAnnotations(record).filter((line) => line.startsWith('::error'));
  expect(errors).toHaveLength(10);
  expect(errors.at(-1)).toContain('16 more');
});
