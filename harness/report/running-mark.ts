import { renameSync, rmSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorHints, type RunRecord, StagegateError } from '../model/index.ts';
import { renderBadge } from './badge.ts';
import { renderJunit } from './junit.ts';
import { renderPromotionPage } from './promotion/page.ts';
import { earlierAllure, published, publishReports } from './publish.ts';
import { openStagingFolder } from './staging-folder.ts';
import { moment } from './wording.ts';

/** A run that has just begun. */
export type BegunRun = Pick<RunRecord, 'runId' | 'system' | 'runtime' | 'target' | 'startedAt' | 'commit'>;

/**
 * Puts the word that a run is going on where the reports are: whatever becomes of it, nobody takes the answer of the run before for
 * its own. The Allure page is set aside, for a run that finds the same.
 * @throws `SG_REPORTS_UNWRITABLE`, before anything has been done in vain
 */
export async function markRunning(folder: string, run: BegunRun): Promise<void> {
  const record = recordOf(run);
  try {
    await mkdir(folder, { recursive: true });
    const staged = await openStagingFolder(folder);
    try {
      const files = {
        [published.runJson]: `${JSON.stringify(record, null, 2)}\n`,
        [published.junit]: renderJunit(record),
        [published.badge]: renderBadge(record),
        [published.page]: await renderPromotionPage(record, []),
      };
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(staged, name)), { recursive: true });
        await writeFile(join(staged, name), content);
      }
      setAside(folder);
      publishReports(staged, folder, Object.keys(files));
    } finally {
      await rm(staged, { recursive: true, force: true });
    }
  } catch (error) {
    throw new StagegateError(
      'SG_REPORTS_UNWRITABLE',
      `The reports of this run could not be written to ${folder}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function setAside(folder: string): void {
  const kept = join(folder, earlierAllure);
  try {
    rmSync(kept, { recursive: true, force: true });
    renameSync(join(folder, published.allure), kept);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function recordOf(run: BegunRun): RunRecord {
  return {
    schema: 'stagegate.run/1',
    ...run,
    verdict: 'inconclusive',
    durationMs: 0,
    services: [],
    stages: [],
    environments: [],
    verdicts: [],
    steps: [],
    notices: [],
    problems: [
      {
        code: 'SG_NO_VERDICT',
        message: `Running since ${moment(run.startedAt)}, and not ended. If no stagegate is at work, the run was killed.`,
        hint: errorHints.SG_NO_VERDICT,
      },
    ],
  };
}
