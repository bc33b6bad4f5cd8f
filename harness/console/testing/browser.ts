import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from './chromium.ts';

/** A real Chromium. Every page it opens is watched: what the page's script throws fails the test that asks. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<TestBrowser> {
    const executablePath = findChromium() ?? '';
    // Without its sandbox it runs as root too, as in CI; it opens nothing but our own pages.
    return new TestBrowser(await chromium.launch({ executablePath, args: ['--no-sandbox'] }));
  }

  /** A browser of its own for one person: no cookies of the others. */
  async person(options: BrowserContextOptions = {}): Promise<Person> {
    const context = await this.#browser.newContext(options);
    return new Person(await context.newPage());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** One person in front of the page. */
export class Person implements AsyncDisposable {
  readonly page: Page;
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && message.text().includes('Content Security Policy')) {
        this.errors.push(message.text());
      }
    });
  }

  /** What axe finds on the page as it is now that keeps people from using it: `rule: element`. No rules: all of them. */
  async obstacles(rules: readonly string[] = []): Promise<readonly string[]> {
    const axe = new AxeBuilder({ page: this.page });
    if (rules.length > 0) axe.withRules([...rules]);
    const { violations } = await axe.analyze();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
  }
}
