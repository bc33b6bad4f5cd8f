import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../model/index.ts';
import { brokenRecord, digestOf, failingRecord, failingStory, passingRecord } from '../sample-records.ts';
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

  it('names on its first screen what failed, what it said and since when', async () => {
    const text = await words({ ...failingRecord, story: failingStory });
    const firstScreen = text.slice(0, text.indexOf('Services built'));
    expect(firstScreen).toMatch(/orders failed contract .*honours what gateway expects of it/);
    expect(firstScreen).toContain('body $.total: expected a number');
    expect(firstScreen).toContain(
      'Failing since 2026-11-21 09:00:10 UTC (run 20261121-090000-aaaa); it last passed 2026-11-20 10:00:00 UTC',
    );
  });

  it('says who must act, what changes by whom, what was not tested, and how the last runs ended', async () => {
    const text = await words({ ...failingRecord, story: failingStory });
    expect(text).toMatch(
      /Who must act .* orders lin@example.org and mo@example.org .* stagegate why orders --to test/,
    );
    expect(text).toMatch(
      /What changes in production 1 service, 2 commits by lin@example.org and mo@example.org/,
    );
    expect(text).toContain('it expects something else of inventory');
    expect(text).toMatch(/What was not tested acceptance has no result for orders, gateway/);
    expect(text).toMatch(/The last 2 runs to production 1 run of 2 got there/);
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
