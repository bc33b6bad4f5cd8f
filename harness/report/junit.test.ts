import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../model/index.ts';
import { renderJunit } from './junit.ts';
import { failingRecord, passingRecord } from './sample-records.ts';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  isArray: (name) => ['testsuite', 'testcase'].includes(name),
});

function parse(record: RunRecord) {
  const xml = renderJunit(record);
  expect(XMLValidator.validate(xml)).toBe(true);
  return parser.parse(xml).testsuites;
}

function suite(record: RunRecord, name: string) {
  return parse(record).testsuite.find((one: { name: string }) => one.name === name);
}

describe('renderJunit', () => {
  it('has one suite per stage and service, and counts that add up', () => {
    const suites = parse(passingRecord);
    expect(suites.testsuite).toHaveLength(30);
    expect(suites).toMatchObject({ tests: '250', failures: '0', errors: '0', skipped: '0', time: '71.400' });
    for (const one of suites.testsuite) expect(one.testcase).toHaveLength(Number(one.tests));
  });

  it('tells a failing test as a failure, with its message whole and its text no markup', () => {
    const { testcase, failures, skipped } = suite(failingRecord, 'contract.orders');
    expect({ failures, skipped }).toEqual({ failures: '1', skipped: '1' });
    const [failing] = testcase.filter((one: object) => 'failure' in one);
    expect(failing.failure.message).toBe(
      'orders breaks the pact with gateway: "a request for an order that exists"',
    );
    expect(failing.failure['#text']).toContain('"12.50" & <b>markup</b> that must not be believed');
    expect(failing.failure['#text']).toContain('at suites/contract/orders/orders.provider.test.ts:31:5');
  });

  it('tells a stage that proved nothing as an error, and one that did not run as skipped', () => {
    expect(suite(failingRecord, 'integration.payments')).toMatchObject({
      tests: '1',
      errors: '1',
      testcase: [{ error: { message: 'SG_NO_TESTS: no *.test.ts in suites/integration/payments/' } }],
    });
    expect(suite(failingRecord, 'functional.orders')).toMatchObject({
      tests: '1',
      skipped: '1',
      testcase: [{ skipped: { message: 'orders did not get into test' } }],
    });
  });

  it('leaves out what XML cannot hold', () => {
    const [result] = passingRecord.stages;
    if (result === undefined) throw new Error('no result');
    const name = 'bell \u0007, half \uD800, null \u0000 and ]]> and "quotes"';
    const cases = [{ name, file: 'x.test.ts', outcome: 'pass' as const, durationMs: 1 }];
    const parsed = parse({ ...passingRecord, stages: [{ ...result, cases }] });
    expect(parsed.testsuite[0].testcase[0].name).toBe('bell , half \uFFFD, null  and ]]> and "quotes"');
  });
});
