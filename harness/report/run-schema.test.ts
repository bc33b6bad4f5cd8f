import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import schema from './run.schema.json' with { type: 'json' };
import { brokenRecord, failingRecord, failingStory, passingRecord } from './sample-records.ts';

// The published schema itself judges, so that what is promised to readers of run.json is what is tested.
const runSchema = z.fromJSONSchema(schema as unknown as Parameters<typeof z.fromJSONSchema>[0]);

/** As it comes back from the file. */
function written(record: object): unknown {
  return JSON.parse(JSON.stringify(record));
}

describe('run.schema.json', () => {
  it.each([
    ['a run that passed', passingRecord],
    ['a run that failed', failingRecord],
    ['a run with what the ledger adds', { ...failingRecord, story: failingStory }],
    ['a run whose surroundings failed', brokenRecord],
  ])('accepts %s', (_what, record) => {
    expect(runSchema.safeParse(written(record)).error?.issues ?? []).toEqual([]);
  });

  it.each([
    ['an unknown verdict', { verdict: 'maybe' }],
    ['a digest cut short', { services: [{ ...passingRecord.services[0], digest: 'sha256:abc' }] }],
    ['a status that does not exist', { stages: [{ ...passingRecord.stages[0], status: 'green' }] }],
    ['a key that nobody promised', { colour: 'blue' }],
    ['another schema', { schema: 'stagegate.run/2' }],
  ])('refuses %s', (_what, change) => {
    expect(runSchema.safeParse(written({ ...passingRecord, ...change })).success).toBe(false);
  });
});
