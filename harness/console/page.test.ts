import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Person, TestBrowser } from './testing/browser.ts';
import { findChromium } from './testing/chromium.ts';
import { heldRun } from './testing/records.ts';
import { ConsoleRig, crashingApp, serverApp } from './testing/rig.ts';

const title =
  findChromium() === null ? 'the page (not tested: install chromium to test it)' : 'the page in Chromium';

describe.skipIf(findChromium() === null)(title, { timeout: 60_000 }, () => {
  let rig: ConsoleRig;
  let browser: TestBrowser;
  let person: Person;

  beforeAll(async () => {
    [rig, browser] = await Promise.all([ConsoleRig.start({ records: heldRun }), TestBrowser.launch()]);
    await rig.deploy(serverApp('/dev/shop/payments', { env: { API_TOKEN: 'sesame-open' } }));
    const { address = '' } = (await rig.cluster.edge?.reserve('/dev/shop/payments')) ?? {};
    await rig.deploy(serverApp('/dev/shop/orders', { env: { ASK: address }, instances: 2 }));
    await rig.marathon.putApp(crashingApp('/dev/shop/broken'));
  });

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await rig?.[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    person = await browser.person();
    await person.page.goto(rig.console.loginUrl().href);
    await person.page.getByRole('heading', { name: 'shop' }).waitFor();
  });

  afterEach(async () => {
    expect(person.errors).toEqual([]);
    await person[Symbol.asyncDispose]();
  });

  const open = (path: string) => person.page.goto(new URL(path, rig.console.url).href);
  const row = (text: string) => person.page.getByRole('row').filter({ hasText: text });

  test('an operator scales an app, kills a task and watches it heal', async () => {
    const { page } = person;
    await open('/apps');
    await page.getByRole('link', { name: 'orders' }).click();
    await page.getByText('2 of 2 running').waitFor();
    await page.getByRole('button', { name: 'Scale' }).click();
    await page.getByLabel(/instances/i).fill('3');
    await page.getByRole('dialog').getByRole('button', { name: 'Scale' }).click();
    await page.getByText('3 of 3 running').waitFor();
    const before = (await rig.marathon.tasks('/dev/shop/orders')).map(({ id }) => id);
    await page.getByRole('button', { name: 'Kill' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: /^Kill/ }).first().click();
    await expect
      .poll(
        async () =>
          (await rig.marathon.tasks('/dev/shop/orders')).filter(({ id }) => !before.includes(id)).length,
        {
          timeout: 15_000,
        },
      )
      .toBe(1);
    await page.getByText('3 of 3 running').waitFor();
  });

  test('a developer learns why a service does not start, without leaving its page', async () => {
    const { page } = person;
    await open('/apps');
    await row('broken')
      .getByText(/Crashing|Delayed/)
      .waitFor();
    await page.getByRole('link', { name: 'broken' }).click();
    await page.getByText('Command exited with status 3').first().waitFor();
    await page.getByText('no database at db:5432').first().waitFor();
  });

  test('logs show markup as text, and a filter is in the address', async () => {
    const { page } = person;
    await open('/logs?app=/dev/shop/broken');
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
    await page.getByLabel('Filter lines').fill('database');
    await page.locator('mark', { hasText: 'database' }).first().waitFor();
    expect(page.url()).toContain('q=database');
    expect(await page.locator('.lines img').count()).toBe(0);
  });

  test('a request leads to its path through the services and to what they printed about it', async () => {
    const { page } = person;
    const { address = '' } = (await rig.cluster.edge?.reserve('/dev/shop/orders')) ?? {};
    const requestId = '7d4f6f3e-6c5b-4a39-9d3c-2f1f5a1f0c11';
    await fetch(`${address}/basket`, { headers: { 'x-request-id': requestId } });
    await open('/requests');
    await page.getByRole('link', { name: 'GET /basket' }).click();
    const hops = page.locator('.hops li');
    await hops.nth(1).waitFor();
    expect(await hops.allInnerTexts()).toEqual([
      expect.stringMatching(/orders[\s\S]*GET \/basket/),
      expect.stringMatching(/payments[\s\S]*GET \/asked/),
    ]);
    await expect.poll(() => page.getByRole('row').filter({ hasText: 'path=/asked' }).count()).toBe(1);
    expect(page.url()).toContain(requestId);
  });

  test('a person runs a command in a task', async () => {
    const { page } = person;
    const [task] = await rig.marathon.tasks('/dev/shop/payments');
    await open(`/tasks/${task?.id}?tab=terminal`);
    await page.getByText('A shell in the task is open.').waitFor();
    await page.getByLabel('Command').fill('echo here-$((40+2))');
    await page.keyboard.press('Enter');
    await page.getByText('here-42').waitFor();
  });

  test('a release manager sees what could go further, what holds it, and what it changes by whom', async () => {
    const { page } = person;
    const move = row('production').filter({ hasText: '1.1.0' });
    await move.getByText('instead of 1.0.0').waitFor();
    await move.getByText('No', { exact: true }).waitFor();
    await move.getByText('unit failed 1 of 4').waitFor();
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('link', { name: '20261122t120000-4d2f' }).click();
    await row('orders').getByText('rejected').waitFor();
    const change = page.getByLabel('Changes').getByRole('row').filter({ hasText: 'orders' });
    await change.getByText('Totals in cents lin@example.org').waitFor();
    expect(await change.innerText()).not.toContain('aaa1111');
    await page.getByRole('button', { name: '1 of 4 failed' }).click();
    expect(page.url()).toContain('evidence=unit%3Aorders');
  });

  test('an approval asks for its reason and does what the command does', async () => {
    const { page } = person;
    await page.getByRole('button', { name: 'Approve orders in production' }).click();
    const act = page.getByRole('dialog').getByRole('button', { name: 'Approve' });
    expect(await act.isDisabled()).toBe(true);
    await page.getByLabel('Reason').fill('looked at --it');
    await act.click();
    await page.getByText('approve orders --to=production --reason=looked at --it').waitFor();
  });

  test('secrets are masked until somebody asks for them', async () => {
    const { page } = person;
    await open('/apps/dev/shop/payments?tab=configuration');
    await page.getByText('API_TOKEN').first().waitFor();
    expect(await page.getByText('sesame-open').count()).toBe(0);
  });

  const views = [
    '/system',
    '/runs',
    '/runs/20261122t120000-4d2f?evidence=unit%3Aorders',
    '/apps',
    '/apps/dev/shop/orders',
    '/apps/dev/shop/broken',
    '/apps/dev/shop/orders?tab=configuration',
    '/apps/dev/shop/orders?tab=versions',
    '/deployments',
    '/logs',
    '/requests',
    '/timeline',
    '/cluster',
    '/cluster/agents',
    '/cluster/roles',
    '/cluster/frameworks',
    '/cluster/tasks',
    '/cluster/maintenance',
    '/nowhere',
  ];

  /** What is wrong with any view, by its address. */
  async function flaws(other: Person, rules: readonly string[]): Promise<Record<string, readonly string[]>> {
    await other.page.goto(rig.console.loginUrl().href);
    await other.page.getByRole('navigation', { name: 'Main' }).waitFor();
    const found: Record<string, readonly string[]> = {};
    for (const view of views) {
      await other.page.goto(new URL(view, rig.console.url).href);
      await other.page.locator('.view').waitFor();
      const obstacles = await other.obstacles(rules);
      if (obstacles.length > 0) found[view] = obstacles;
      const overflow = await other.page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (Number(overflow) > 0) found[`${view} is wider than the window`] = [String(overflow)];
    }
    expect(other.errors).toEqual([]);
    return found;
  }

  // What depends neither on colours nor on the width is asked once.
  test.each([
    ['by anybody', {}, []],
    ['in the dark', { colorScheme: 'dark' as const }, ['color-contrast']],
    [
      'on a phone',
      { viewport: { width: 390, height: 844 }, hasTouch: true },
      ['link-name', 'button-name', 'target-size'],
    ],
  ])('every view can be used %s', { timeout: 300_000 }, async (_, options, rules) => {
    await using other = await browser.person(options);
    expect(await flaws(other, rules)).toEqual({});
  });
});
