import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import type { Config, RuntimeWish } from '../../config/index.ts';
import {
  chooseDrills,
  copyProject,
  type Drill,
  type DrillResult,
  faults,
  outcomeOf,
  plant,
  renderDrillPage,
} from '../../drill/index.ts';
import { exitCodes, type RunRecord, StagegateError } from '../../model/index.ts';
import { openProject } from '../project.ts';

export interface DrillOptions {
  readonly config?: string;
  readonly runtime?: RuntimeWish;
  readonly only?: readonly string[];
  readonly sample?: number;
  readonly json?: boolean;
}

/**
 * `stagegate drill`: plants faults of operation into a copy of the project, one at a time, runs its pipeline, and says which
 * check caught each. Exits with 1 when one was not caught, or was blamed on another service.
 */
export async function drill(options: DrillOptions, signal: AbortSignal): Promise<number> {
  const config = await openProject(options.config);
  const only = options.only ?? [];
  refuseUnknown(only);
  const drills = chooseDrills(config, faults, { only, sample: options.sample ?? null });
  await using copy = await copyProject(config.root);
  const run = (): Promise<RunRecord> => runIn(copy.root, config, options.runtime, signal);
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);

  tell(`${config.system}: the run without a fault`);
  const clean = await run();
  if (clean.verdict !== 'pass') {
    throw new StagegateError(
      'SG_USAGE',
      `Without any fault the run says ${clean.verdict}; mend that first: stagegate run.`,
      { problems: reasonsOf(clean) },
    );
  }
  const results: DrillResult[] = [];
  for (const one of drills) {
    const result = await drillOne(one, join(copy.root, relative(config.root, one.service.path)), run);
    results.push(result);
    tell(lineOf(result));
    // What was let through is promoted now; the next fault must not be compared with it.
    if (result.outcome === 'uncaught') await run();
  }
  await writePage(config, results);
  const report = { system: config.system, faults: results };
  process.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : summary(results));
  const bad = results.some(({ outcome }) => outcome !== 'caught' && outcome !== 'impossible');
  return bad ? exitCodes.no : exitCodes.yes;
}

/** What kept each service that did not get where it should, in its first words. */
function reasonsOf({ environments, problems }: RunRecord): readonly string[] {
  const held = environments.flatMap(({ name, services }) =>
    services
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ service, reasons }) => `${service} → ${name}: ${reasons[0] ?? 'no reason was given'}`),
  );
  return [...problems.map(({ code, message }) => `${code}: ${message}`), ...held];
}

function refuseUnknown(only: readonly string[]): void {
  const names = faults.map(({ name }) => name);
  const unknown = only.filter((wish) => !names.includes(wish.split(':')[0] ?? ''));
  if (unknown.length === 0) return;
  throw new StagegateError(
    'SG_USAGE',
    `There is no fault "${unknown.join('", "')}"; write <fault> or <fault>:<service> with one of ${names.join(', ')}.`,
  );
}

async function drillOne(
  { fault, service }: Drill,
  folder: string,
  run: () => Promise<RunRecord>,
): Promise<DrillResult> {
  const about = { fault: fault.name, what: fault.what, service: service.name };
  const startedMs = performance.now();
  const seconds = (): number => Math.round((performance.now() - startedMs) / 1000);
  const planted = await plant(fault, service, folder);
  if (planted.kind === 'impossible') {
    const nothing = { by: null, gate: null, reason: planted.because, seconds: 0 };
    return { ...about, outcome: 'impossible', ...nothing };
  }
  try {
    return { ...about, ...outcomeOf(await run(), service.name), seconds: seconds() };
  } finally {
    await planted.remove();
  }
}

/** A process of its own, as a user would start it: a fault may end it. */
async function runIn(
  root: string,
  config: Config,
  runtime: RuntimeWish | undefined,
  signal: AbortSignal,
): Promise<RunRecord> {
  // As this command was started: from the checkout, or from the installed package.
  const main = process.argv[1] ?? '';
  const file = join(root, relative(config.root, config.file));
  const args = [main, 'run', '--config', file, ...(runtime === undefined ? [] : ['--runtime', runtime])];
  const { exitCode, stderr } = await execa(process.execPath, args, {
    cwd: root,
    reject: false,
    cancelSignal: signal,
    gracefulCancel: false,
    forceKillAfterDelay: 60_000,
    stdin: 'ignore',
  });
  signal.throwIfAborted();
  if (exitCode === exitCodes.usage) throw new StagegateError('SG_USAGE', `The run refused: ${stderr.trim()}`);
  return JSON.parse(await readFile(join(root, 'reports', 'run.json'), 'utf8')) as RunRecord;
}

const signs: Readonly<Record<DrillResult['outcome'], string>> = {
  caught: '✓',
  'blamed-another': '?',
  uncaught: '✗',
  inconclusive: '?',
  impossible: '·',
};

function lineOf({ outcome, service, what, by, gate, reason, seconds }: DrillResult): string {
  const where = by === null ? outcome : `${outcome} by ${by}${gate === null ? '' : ` (${gate})`}`;
  return `${signs[outcome]} ${service}: ${what}: ${where}, ${seconds} s\n    ${reason}`;
}

function summary(results: readonly DrillResult[]): string {
  const planted = results.filter(({ outcome }) => outcome !== 'impossible');
  const missed = planted.filter(({ outcome }) => outcome !== 'caught');
  const lines = missed.map(({ fault, service, outcome }) => `  ${outcome}: ${fault}:${service}`);
  return `${[`${planted.length - missed.length} of ${planted.length} planted faults were caught.`, ...lines].join('\n')}\n`;
}

async function writePage({ root, system }: Config, results: readonly DrillResult[]): Promise<void> {
  const folder = join(root, 'reports', 'drill');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.html'), renderDrillPage(system, results));
  await writeFile(join(folder, 'drill.json'), `${JSON.stringify({ system, faults: results }, null, 2)}\n`);
}
