import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../model/index.ts';
import { brokenRecord, failingRecord, passingRecord } from './sample-records.ts';
import { answerOf, failuresOf, holdbacksOf } from './summary.ts';

describe('answerOf', () => {
  it.each<[string, RunRecord, object]>([
    [
      'yes when every service reached the target',
      passingRecord,
      {
        word: 'Yes',
        question: 'May it go to production?',
        sentence: 'All 6 services are deployed in production: the same bytes that the stages tested.',
      },
    ],
    [
      'no, and who it is about',
      failingRecord,
      { word: 'No', sentence: 'orders and gateway did not get into production. The 4 other services did.' },
    ],
    ['unknown when the surroundings failed', brokenRecord, { word: 'Unknown' }],
    [
      'whether a stage passed that ran alone',
      { ...passingRecord, target: 'unit', stages: passingRecord.stages.slice(0, 6) },
      { word: 'Yes', question: 'Did unit pass?', sentence: 'It passed for 6 services.' },
    ],
  ])('answers %s', (_what, record, answer) => {
    expect(answerOf(record)).toMatchObject(answer);
  });
});

describe('holdbacksOf', () => {
  it('names the first environment that refused a service, and no later echo of it', () => {
    expect(holdbacksOf(failingRecord)).toMatchObject([
      { service: 'orders', environment: 'test', verdict: 'fail' },
      { service: 'gateway', environment: 'test', verdict: 'inconclusive' },
    ]);
  });

  it('does not look beyond the target', () => {
    expect(holdbacksOf({ ...failingRecord, target: 'dev' })).toEqual([]);
  });
});

describe('failuresOf', () => {
  it('lists failing tests and stages that proved nothing, and leaves out what only did not run', () => {
    expect(failuresOf(failingRecord)).toMatchObject([
      {
        stage: 'integration',
        service: 'payments',
        message: expect.stringMatching(/^SG_NO_TESTS/),
      },
      { stage: 'contract', service: 'orders', test: { name: 'orders > honours what gateway expects of it' } },
    ]);
  });
});
