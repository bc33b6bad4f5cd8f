import { readSettings } from '../config/index.ts';
import type { Reporter } from '../model/index.ts';
import * as report from '../report/index.ts';

/** Who listens to a run that this command starts: a live list on a terminal, plain lines elsewhere, or one document. */
export function openReporter(options: {
  /** Where report files go; absolute. */
  readonly folder: string;
  readonly json: boolean;
}): Reporter & AsyncDisposable {
  const { ci, colour, env } = readSettings();
  const terminal = process.stdout.isTTY === true && !ci;
  return report.openReporter({
    folder: options.folder,
    mode: options.json ? 'json' : terminal ? 'live' : 'plain',
    colour: colour && terminal,
    summaryFile: env.GITHUB_STEP_SUMMARY,
    annotates: env.GITHUB_ACTIONS === 'true',
  });
}
