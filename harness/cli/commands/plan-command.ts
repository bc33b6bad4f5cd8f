import { join, relative } from 'node:path';
import { detectRuntime, neededImages, revisionOf } from '../../builders/index.ts';
import { type Config, type RuntimeWish, readSettings } from '../../config/index.ts';
import { foldState, type Ledger } from '../../ledger/index.ts';
import { exitCodes, type Reporter, StagegateError } from '../../model/index.ts';
import type { Plan, PlanCommand, PlanRequest } from '../../plans/index.ts';
import { markRunning, requireReports } from '../../report/index.ts';
import { carryOut } from '../carry-out.ts';
import { cleanProject } from '../clean-project.ts';
import { definitionNotices } from '../definition-notices.ts';
import { holdSystem, tellHeldSystem } from '../hold-system.ts';
import { openKnown } from '../open-known.ts';
import { openRun } from '../open-run.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';
import { openReporter } from '../reporter.ts';
import { requireSecrets } from '../require-secrets.ts';
import { RunConsole } from '../run-console.ts';
import { watchSystem } from '../watch/watch-system.ts';

/** Options that every command with a plan has. */
export interface CommonOptions {
  readonly config?: string;
  readonly runtime?: RuntimeWish;
  readonly json?: boolean;
  readonly fresh?: boolean;
  /** False for `--no-auth`. */
  readonly auth?: boolean;
  /** Serve the console while the command runs. */
  readonly ui?: boolean;
}

/** Carries out what a plan command decides; resolves to the exit code. */
export async function runPlanCommand(
  command: PlanCommand,
  request: PlanRequest,
  options: CommonOptions,
  signal: AbortSignal,
): Promise<number> {
  const config = await openProject(options.config);
  const ledger = await openProjectLedger(config);
  await cleanProject(config, ledger, { always: false });
  const planned = command.plan(config, foldState(ledger.entries), request);
  if (planned.kind === 'problems') throw new StagegateError('SG_USAGE', planned.problems.join('\n'));
  if (command.holds === true) {
    const told = await tellHeldSystem(config.root, `${command.command} ${config.system}`);
    if (told !== null) return told;
  }
  requireSecrets(config, planned.plan.environments);
  // What is held by hand was not tested and may go nowhere: its report is not among the reports.
  const reports = join(config.root, command.holds === true ? join('.stagegate', command.command) : 'reports');
  const reporter = openReporter({ folder: reports, json: options.json === true });
  let written: readonly string[] = [];
  let exitCode: number;
  try {
    exitCode = await perform({
      config,
      ledger,
      plan: planned.plan,
      command,
      request,
      options,
      reports,
      reporter,
      signal,
    });
  } finally {
    written = await reporter.close();
  }
  // A yes that nobody can read is none; a no stays one.
  if (exitCode === exitCodes.yes || exitCode === exitCodes.pending) requireReports(reports, written);
  return exitCode;
}

interface Performance {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly plan: Plan;
  readonly command: PlanCommand;
  readonly request: PlanRequest;
  readonly options: CommonOptions;
  /** Folder of the reports. */
  readonly reports: string;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

async function perform({
  config,
  ledger,
  plan,
  command,
  request,
  options,
  reports,
  reporter,
  signal,
}: Performance): Promise<number> {
  const holds = command.holds === true;
  await using ui = new RunConsole(config, command.command);
  const { runtime, notice } = await detectRuntime(
    options.runtime ?? config.cluster.runtime,
    await neededImages(config),
  );
  await using run = await openRun({
    config,
    ledger,
    plan,
    runtime,
    noAuth: options.auth === false,
    report(event) {
      reporter.report(event);
      if (event.kind === 'cluster-ready' && (holds || options.ui === true)) void tellConsole();
    },
  });
  const { id: runId, resources, notices } = run;
  const [revision, defects] = await Promise.all([
    revisionOf(config.root, config.root),
    definitionNotices(config),
  ]);
  notices.push(...(notice === undefined ? [] : [notice]), ...defects);
  const startedAt = isoNow();
  const { system } = config;
  const commit = revision?.commit ?? null;
  await markRunning(reports, { runId, system, runtime, target: plan.target, startedAt, commit });
  const { exitCode } = await carryOut({
    ...run.tools,
    plan,
    knownAt: openKnown(config, { runtime, runId }),
    runId,
    commit,
    notices,
    report: run.report,
    signal,
    fresh: options.fresh,
    ...(holds ? {} : { endedPlatforms: () => resources.endedPlatforms }),
  });
  const meanwhile = answersToSaves(resources.endedPlatforms[0]);
  // What is watched may be broken now: the next save is there to mend it.
  const goesOn = exitCode === exitCodes.yes || (meanwhile !== undefined && !signal.aborted);
  if (!holds || !goesOn) return exitCode;
  try {
    const access = resources.ownAccess;
    const console = access === null ? null : String(await ui.linkTo(access, runtime));
    return await holdSystem({ root: config.root, access, console, signal, meanwhile });
  } finally {
    const at = isoNow();
    await ledger.append(
      resources.endedPlatforms.map((platformId) => ({ kind: 'platform-ended', runId, platformId, at })),
    );
  }

  function isoNow(): string {
    return new Date(run.tools.clock.now()).toISOString();
  }

  async function tellConsole(): Promise<void> {
    const { ownAccess } = resources;
    if (ownAccess === null) return;
    try {
      reporter.report({ kind: 'console-ready', url: String(await ui.linkTo(ownAccess, runtime)) });
    } catch (error) {
      // Nobody is kept from running because nobody can look.
      const said = error instanceof Error ? error.message : String(error);
      run.report({ kind: 'notice', text: `The console could not be opened: ${said}` });
    }
  }

  function answersToSaves(platformId: string | undefined): (() => Promise<never>) | undefined {
    const { again } = command;
    if (again === undefined || platformId === undefined) return undefined;
    const planned = again(config, request, { id: platformId });
    return () =>
      watchSystem({
        root: config.root,
        readOnce: [relative(config.root, config.file)],
        signal,
        write: (text) => process.stdout.write(text),
        colour: readSettings().colour && process.stdout.isTTY === true,
        answer: ({ count, ...turn }) => {
          // A run of its own: what it builds is this turn's candidate, and files are read anew.
          const id = `${runId}-${count}`;
          const knownAt = openKnown(config, { runtime, runId: id });
          return carryOut({
            ...run.tools,
            ...turn,
            plan: planned,
            runId: id,
            knownAt,
            commit,
            notices: [],
          });
        },
      });
  }
}
