import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../model/index.ts';
import { brokenRecord, failingRecord, passingRecord } from '../sample-records.ts';
import { renderLastPage } from './last-page.ts';
import { palette } from './palette.ts';

function page(record: RunRecord, colour = false): string {
  const files = ['reports/promotion/index.html', 'reports/run.json'];
  return renderLastPage({ record, files, notices: ['There is no Allure report.'], palette: palette(colour) });
}

describe('renderLastPage', () => {
  it('answers whether it may go, and where every service is deployed', () => {
    const text = page(passingRecord);
    expect(text).toContain('May it go to production? ✓ Yes. All 6 services are deployed in production');
    expect(text).toMatch(
      /^orders +✓ deployed +✓ deployed +✓ deployed +✓ deployed +1\.6\.0\+g3f2a91c +6f7264657273$/m,
    );
  });

  it('says why not, per service and environment', () => {
    const text = page(failingRecord);
    expect(text).toMatch(/^✗ orders → test: contract failed 1 of 6/m);
    expect(text).toMatch(/^\? gateway → test: orders, which it calls, was not promoted to test$/m);
  });

  it('names the failing service, stage and test with the message', () => {
    const text = page(failingRecord);
    expect(text).toMatch(/^✗ orders · contract orders > honours what gateway expects of it$/m);
    expect(text).toContain('  suites/contract/orders/orders.provider.test.ts');
    expect(text).toContain('  body $.total: expected a number, but it was "12.50"');
  });

  it('says how long what took', () => {
    const text = page(failingRecord);
    expect(text).toMatch(/^✗ contract +12 s +49 passed +1 failed, 1 skipped$/m);
    expect(text).toMatch(/^\? functional +16 s +37 passed +not run: orders, gateway$/m);
    expect(text).toMatch(/^Took 49 s {2}longest: acceptance 24 s, functional 16 s/m);
  });

  it('says what failed around the run, and what to do', () => {
    const text = page(brokenRecord);
    expect(text).toContain('May it go to production? ? Unknown.');
    expect(text).toContain('SG_STORE_FAILED: PostgreSQL did not start');
    expect(text).toContain('Read the database log named above');
  });

  it('ends with what was left out and where the reports are', () => {
    expect(page(passingRecord).trimEnd().split('\n').slice(-6)).toEqual([
      'note: No Docker engine answered, so services ran as processes.',
      'note: There is no Allure report.',
      '',
      'Reports',
      '  reports/promotion/index.html',
      '  reports/run.json',
    ]);
  });

  it('says the same in colour', () => {
    const coloured = page(failingRecord, true);
    expect(coloured).not.toBe(page(failingRecord));
    expect(stripVTControlCharacters(coloured)).toBe(page(failingRecord));
  });
});
