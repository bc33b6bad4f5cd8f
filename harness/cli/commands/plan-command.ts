import { join, relative } from 'node:path';
import { detectRuntime, neededImages, revisionOf } from '../../builders/index.ts';
import { type Config, type RuntimeWish, readSettings, secretValues } from '../../config/index.ts';
import { openEffects, Resources } from '../../effects/index.ts';
import { foldState, type Ledger } from '../../ledger/index.ts';
import { exitCodes, type Reporter, type RunEvent, StagegateError } from '../../model/index.ts';
import type { Plan, PlanCommand, PlanRequest } from '../../plans/index.ts';
import { systemClock } from '../../plumbing/clock.ts';
import { openLogFolder } from '../../plumbing/log-folder.ts';
import { Redactor } from '../../plumbing/redact.ts';
import { loadChecks } from '../../policy/index.ts';
import { claimRun } from '../../reaper/index.ts';
import { markRunning, requireReports } from '../../report/index.ts';
import { loadStepKinds } from '../../steps/index.ts';
import { carryOut } from '../carry-out.ts';
import { cleanProject } from '../clean-project.ts';
import { definitionNotices } from '../definition-notices.ts';
import { holdSystem, tellHeldSystem } from '../hold-system.ts';
import { openKnown } from '../open-known.ts';
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
  const clock = systemClock;
  const redactor = new Redactor();
  redactor.add(...(await secretValues(config, plan.environments, readSettings().env)));
  const notices: string[] = [];
  const holds = command.holds === true;
  await using ui = new RunConsole(config, command.command);
  const report = (event: RunEvent): void => {
    // What comes up while the run goes on belongs into its record too.
    if (event.kind === 'notice' && !notices.includes(event.text)) notices.push(event.text);
    reporter.report(event);
    if (event.kind === 'cluster-ready' && (holds || options.ui === true)) void tellConsole();
  };
  const { runtime, notice } = await detectRuntime(
    options.runtime ?? config.cluster.runtime,
    await neededImages(config),
  );
  await using claim = await claimRun(config.root, { usesEngine: runtime === 'docker' });
  const logs = await openLogFolder(config.root, claim.id);
  await using resources = new Resources({
    config,
    runtime,
    claim,
    command: command.command,
    logs,
    clock,
    redactor,
    noAuth: options.auth === false,
    report,
  });
  const knownAt = openKnown(config, { runtime, runId: claim.id });
  const [kinds, checks, revision, defects] = await Promise.all([
    loadStepKinds(),
    loadChecks(),
    revisionOf(config.root, config.root),
    definitionNotices(config),
  ]);
  notices.push(...(notice === undefined ? [] : [notice]), ...defects);
  const startedAt = new Date(clock.now()).toISOString();
  const { system } = config;
  const commit = revision?.commit ?? null;
  await markRunning(reports, { runId: claim.id, system, runtime, target: plan.target, startedAt, commit });
  const common = {
    kinds,
    checks,
    ledger,
    effects: openEffects({ config, runtime, claim, logs, resources }),
    redactor,
    commit,
    clock,
  };
  const { exitCode } = await carryOut({
    ...common,
    plan,
    knownAt,
    runId: claim.id,
    notices,
    report,
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
    const at = new Date(clock.now()).toISOString();
    await ledger.append(
      resources.endedPlatforms.map((platformId) => ({
        kind: 'platform-ended',
        runId: claim.id,
        platformId,
        at,
      })),
    );
  }

  async function tellConsole(): Promise<void> {
    const { ownAccess } = resources;
    if (ownAccess === null) return;
    try {
      reporter.report({ kind: 'console-ready', url: String(await ui.linkTo(ownAccess, runtime)) });
    } catch (error) {
      // Nobody is kept from running because nobody can look.
      const said = error instanceof Error ? error.message : String(error);
      report({ kind: 'notice', text: `The console could not be opened: ${said}` });
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
          const runId = `${claim.id}-${count}`;
          const known = openKnown(config, { runtime, runId });
          return carryOut({ ...common, ...turn, plan: planned, runId, knownAt: known, notices: [] });
        },
      });
  }
}
