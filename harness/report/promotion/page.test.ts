import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../model/index.ts';
import { brokenRecord, digestOf, failingRecord, passingRecord } from '../sample-records.ts';
import { renderPromotionPage } from './page.ts';

const links = [{ title: 'JUnit', href: '../junit.xml' }];

/** The words of the page, without markup, style and script. */
async function words(record: RunRecord): Promise<string> {
  const page = await renderPromotionPage(record, links);
  const body = page.slice(page.indexOf('<body>')).replaceAll(/<script>[\s\S]*?<\/script>/g, '');
  return body.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('renderPromotionPage', () => {
  it('answers the question before anything else', async () => {
    expect(await words(passingRecord)).toMatch(
      /May it go to production\? Yes All 6 services are deployed in production/,
    );
    expect(await words(failingRecord)).toMatch(
      /May it go to production\? No orders and gateway did not get into/,
    );
    expect(await words(brokenRecord)).toMatch(/Unknown .* SG_STORE_FAILED PostgreSQL did not start/);
  });

  it('names every service, version and full digest, and every environment', async () => {
    const page = await renderPromotionPage(passingRecord, links);
    for (const { name, version, digest } of passingRecord.services) {
      expect(page).toContain(version);
      expect(page).toContain(`data-digest="${digest}"`);
      expect(digest).toBe(digestOf(name));
    }
    for (const { name } of passingRecord.environments) expect(page).toContain(`class="env">${name}</th>`);
  });

  it('shows a failing test with its message', async () => {
    const text = await words(failingRecord);
    expect(text).toContain('orders &gt; honours what gateway expects of it');
    expect(text).toContain('body $.total: expected a number');
  });

  it('escapes what services and tests say', async () => {
    const page = await renderPromotionPage(failingRecord, links);
    expect(page).toContain('&lt;b&gt;markup&lt;/b&gt;');
    expect(page).not.toContain('<b>markup</b>');
    expect(page).not.toContain('<i>nothing</i>');
  });

  it('needs nothing from outside, and may not even ask', async () => {
    const page = await renderPromotionPage(failingRecord, links);
    expect(page).not.toMatch(/(?:src|href)="(?!\.\.\/|#|data:)/);
    expect(page).toContain("default-src 'none'");
  });
});
