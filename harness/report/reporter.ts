import { appendFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Reporter, RunEvent, RunRecord } from '../model/index.ts';
import { messageOf } from '../plumbing/thrown.ts';
import { renderAnnotations } from './annotations.ts';
import { openFileReports } from './file-reports.ts';
import { renderStepSummary } from './step-summary.ts';
import { renderLastPage } from './terminal/last-page.ts';
import { openLiveProgress } from './terminal/live.ts';
import { palette } from './terminal/palette.ts';
import { openPlainProgress } from './terminal/plain.ts';

export interface ReporterOptions {
  /** Where the report files go; absolute. */
  readonly folder: string;
  /** `live` needs a terminal; `json` prints one document, the record, and nothing else. */
  readonly mode: 'live' | 'plain' | 'json';
  readonly colour: boolean;
  /** Takes what is printed; default: standard output. `live` draws on the terminal itself. */
  readonly write?: (text: string) => void;
  /** File to which a CI wants a summary in Markdown appended, as GitHub names one in `GITHUB_STEP_SUMMARY`. */
  readonly summaryFile?: string;
  /** Print workflow commands that mark failures in the list of changes, as GitHub reads them. */
  readonly annotates?: boolean;
}

/**
 * Everything that listens to a run: progress while it goes on, reports of its record, and the last page once it is
 * closed. A listener that fails is left out from then on, and the last page says so.
 */
export function openReporter(options: ReporterOptions): Reporter & AsyncDisposable {
  const { folder, mode, colour, write = (text) => process.stdout.write(text) } = options;
  const colours = palette(colour);
  const files = openFileReports(folder);
  const progress = openProgress(options, (line) => write(`${line}\n`));
  const failures: string[] = [];
  const note = (error: unknown): void => {
    failures.push(`A report stopped: ${messageOf(error)}`);
  };
  let record: RunRecord | undefined;

  const listeners = new Set<Reporter>([progress, files]);
  const report = (event: RunEvent): void => {
    if (event.kind === 'run-finished') record = event.record;
    for (const listener of listeners) {
      try {
        listener.report(event);
      } catch (error) {
        listeners.delete(listener);
        note(error);
      }
    }
  };
  const close = async (): Promise<readonly string[]> => {
    await progress.close();
    const written = await files.close();
    if (record === undefined) return written;
    if (options.summaryFile) await appendFile(options.summaryFile, renderStepSummary(record)).catch(note);
    if (options.annotates === true && mode !== 'json') {
      write(
        renderAnnotations(record)
          .map((line) => `${line}\n`)
          .join(''),
      );
    }
    if (mode === 'json') {
      write(`${JSON.stringify(record)}\n`);
      return written;
    }
    const shown = written.map((file) => relative(process.cwd(), file));
    write(
      renderLastPage({ record, files: shown, notices: [...files.notices, ...failures], palette: colours }),
    );
    return written;
  };
  return { report, close, [Symbol.asyncDispose]: async () => void (await close()) };
}

function openProgress({ mode, colour }: ReporterOptions, writeLine: (line: string) => void): Reporter {
  switch (mode) {
    case 'live':
      return openLiveProgress(palette(colour));
    case 'plain':
      return openPlainProgress(writeLine, palette(colour));
    case 'json':
      return { report() {}, close: async () => [] };
  }
}
