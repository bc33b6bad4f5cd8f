import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StagegateError } from '../model/index.ts';

/** What one run leaves in the reports folder: files, and whole folders, relative to it. */
export const published = {
  page: 'promotion/index.html',
  allure: 'allure',
  junit: 'junit.xml',
  runJson: 'run.json',
  badge: 'badge.svg',
} as const;

/** Where the Allure page of the run before waits for a run that finds the same. */
export const earlierAllure = '.allure-earlier';

/** @throws `SG_REPORTS_UNWRITABLE` when one is missing that readers rely on; Allure's page is another view of the same. */
export function requireReports(folder: string, written: readonly string[]): void {
  const { page, junit, runJson } = published;
  const missing = [page, junit, runJson].filter((name) => !written.includes(join(folder, name)));
  if (missing.length === 0) return;
  throw new StagegateError(
    'SG_REPORTS_UNWRITABLE',
    `${missing.join(', ')} could not be written to ${folder}.`,
  );
}

/**
 * Moves what a run wrote from its own folder into `folder`, in one go and without giving way to anything, so that readers
 * see whole files and the reports of two runs do not mix. What the run did not write is removed: it would be an older
 * run's. Resolves to what is there now, absolute.
 */
export function publishReports(staged: string, folder: string, written: readonly string[]): string[] {
  for (const name of Object.values(published)) mkdirSync(dirname(join(folder, name)), { recursive: true });
  return Object.values(published).flatMap((name) => {
    const target = join(folder, name);
    // A folder is not renamed over another one.
    if (name === published.allure || !written.includes(name))
      rmSync(target, { recursive: true, force: true });
    if (!written.includes(name)) return [];
    renameSync(join(staged, name), target);
    return [name === published.allure ? join(target, 'index.html') : target];
  });
}
