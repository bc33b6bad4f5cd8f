import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Reporter, RunEvent, RunRecord } from '../model/index.ts';
import { messageOf } from '../plumbing/thrown.ts';
import { generateAllure } from './allure/generate.ts';
import { renderBadge } from './badge.ts';
import { renderJunit } from './junit.ts';
import { type ReportLink, renderPromotionPage } from './promotion/page.ts';
import { earlierAllure, published, publishReports } from './publish.ts';
import { openStagingFolder } from './staging-folder.ts';

/** A listener that writes files once the run has ended. */
export interface FileReporter extends Reporter {
  /** What is missing and why; complete once `close` has resolved. */
  readonly notices: readonly string[];
}

/** How long the slowest report may keep a finished run waiting. */
const closeTimeoutMs = 45_000;

/**
 * Writes `run.json`, `junit.xml`, `promotion/index.html` and `allure/index.html` below `folder`. Writing begins when the
 * run has finished and goes on beside whatever is being put away; `close` waits for it. A report that could not be
 * written becomes a notice; it changes no verdict.
 */
export function openFileReports(folder: string): FileReporter {
  const notices: string[] = [];
  let written: Promise<readonly string[]> = Promise.resolve([]);
  return {
    notices,
    report(event: RunEvent) {
      if (event.kind === 'run-finished') written = writeReports(event.record, folder, notices);
    },
    close: () => written,
  };
}

async function writeReports(
  record: RunRecord,
  folder: string,
  notices: string[],
): Promise<readonly string[]> {
  try {
    await mkdir(folder, { recursive: true });
    const staged = await openStagingFolder(folder);
    try {
      return publishReports(staged, folder, await stage(record, { folder, staged, notices }));
    } finally {
      await rm(staged, { recursive: true, force: true });
      await rm(join(folder, earlierAllure), { recursive: true, force: true });
    }
  } catch (error) {
    notices.push(`The reports could not be written to ${folder}: ${messageOf(error)}`);
    return [];
  }
}

/** Writes every report into the run's own folder; resolves to those that were written. */
async function stage(
  record: RunRecord,
  {
    folder,
    staged,
    notices,
  }: { readonly folder: string; readonly staged: string; readonly notices: string[] },
): Promise<readonly string[]> {
  const written: string[] = [];
  const attempt = async (name: string, write: () => Promise<unknown>): Promise<void> => {
    try {
      await write();
      written.push(name);
    } catch (error) {
      notices.push(`${name} was not written: ${messageOf(error)}`);
    }
  };
  const save = (name: string, render: () => string | Promise<string>): Promise<void> =>
    attempt(name, async () => {
      await mkdir(dirname(join(staged, name)), { recursive: true });
      await writeFile(join(staged, name), await render());
    });

  await Promise.all([
    // Who interrupts a run is not kept waiting for its slowest report.
    interrupted(record)
      ? undefined
      : attempt(published.allure, () =>
          generateAllure(record, {
            folder: join(staged, published.allure),
            earlier: join(folder, earlierAllure),
            signal: AbortSignal.timeout(closeTimeoutMs),
          }),
        ),
    save(published.runJson, () => `${JSON.stringify(record, null, 2)}\n`),
    save(published.junit, () => renderJunit(record)),
    save(published.badge, () => renderBadge(record)),
  ]);
  const links = linksTo.filter(({ name }) => written.includes(name));
  await save(published.page, () => renderPromotionPage(record, links));
  return written;
}

/** As seen from the promotion page. */
const linksTo: readonly (ReportLink & { readonly name: string })[] = [
  { name: published.allure, title: 'Every test (Allure)', href: '../allure/index.html' },
  { name: published.junit, title: 'JUnit', href: '../junit.xml' },
  { name: published.runJson, title: 'run.json', href: '../run.json' },
];

function interrupted({ problems }: RunRecord): boolean {
  return problems.some(({ code }) => code === 'SG_INTERRUPTED');
}
