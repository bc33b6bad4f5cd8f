import { relative, resolve } from 'node:path';
import type { Config } from '../../config/index.ts';
import { serveReports } from '../../console/index.ts';
import { foldState } from '../../ledger/index.ts';
import { exitCodes, StagegateError } from '../../model/index.ts';
import { openFileReports } from '../../report/index.ts';
import { readRecordedRun } from '../../views/index.ts';
import { untilInterrupted } from '../interruption.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';

export interface ReportOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly out?: string;
}

/** `stagegate report [run]`: draws the reports of a run again, from the ledger alone. */
export async function report(runId: string | undefined, options: ReportOptions): Promise<number> {
  const config = await openProject(options.config);
  const ledger = await openProjectLedger(config);
  const runs = foldState(ledger.entries).runs;
  const wanted = runId ?? runs.at(-1)?.runId;
  const record = wanted === undefined ? null : await readRecordedRun(config, ledger, wanted);
  if (record === null) {
    const last = runs.slice(-5).map((run) => run.runId);
    throw new StagegateError(
      'SG_USAGE',
      last.length === 0
        ? 'The ledger has no run yet; run: stagegate run'
        : `The ledger has no run ${wanted}; its last ones are ${last.join(', ')}.`,
    );
  }
  const files = openFileReports(reportsFolder(config, options.out));
  files.report({ kind: 'run-finished', record, exitCode: exitCodes.yes });
  const written = await files.close();
  const shown = written.map((file) => relative(process.cwd(), file));
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ runId: record.runId, verdict: record.verdict, files: shown })}\n`
      : `Run ${record.runId}: ${record.verdict}\n${[...shown, ...files.notices].map((line) => `  ${line}\n`).join('')}`,
  );
  return exitCodes.yes;
}

/** `stagegate report serve`: serves what the last run, or `report`, has written until interrupted. */
export async function serve(
  options: ReportOptions & { readonly port: number },
  signal: AbortSignal,
): Promise<number> {
  const config = await openProject(options.config);
  await using served = await serveReports(reportsFolder(config, options.out), options.port);
  const { url, loginUrl } = served;
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ reports: url, login: loginUrl })}\n`
      : `Reports: ${loginUrl}\nThe link signs one browser in, once. Ctrl-C ends it.\n`,
  );
  await untilInterrupted(signal);
  return exitCodes.interrupted;
}

function reportsFolder({ root }: Config, out = 'reports'): string {
  return resolve(root, out);
}
