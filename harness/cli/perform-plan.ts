import { type Config, readSettings, secretValues } from '../config/index.ts';
import { openEffects, Resources } from '../effects/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { RunEvent, RuntimeName } from '../model/index.ts';
import type { Plan } from '../plans/index.ts';
import { systemClock } from '../plumbing/clock.ts';
import { openLogFolder } from '../plumbing/log-folder.ts';
import { Redactor } from '../plumbing/redact.ts';
import { loadChecks } from '../policy/index.ts';
import { claimRun } from '../reaper/index.ts';
import { loadStepKinds } from '../steps/index.ts';
import { carryOut, type FinishedRun } from './carry-out.ts';
import { openKnown } from './open-known.ts';

export interface PerformOptions {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly plan: Plan;
  readonly runtime: RuntimeName;
  readonly report: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

/** Carries out a plan that builds nothing and writes no reports: a run of its own, with its end in the ledger. */
export async function performPlan(options: PerformOptions): Promise<FinishedRun> {
  const { config, ledger, plan, runtime, report, signal } = options;
  const clock = systemClock;
  const redactor = new Redactor();
  redactor.add(...(await secretValues(config, plan.environments, readSettings().env)));
  const notices: string[] = [];
  const hear = (event: RunEvent): void => {
    if (event.kind === 'notice' && !notices.includes(event.text)) notices.push(event.text);
    report(event);
  };
  await using claim = await claimRun(config.root, { usesEngine: runtime === 'docker' });
  const logs = await openLogFolder(config.root, claim.id);
  await using resources = new Resources({
    config,
    runtime,
    claim,
    command: plan.command,
    logs,
    clock,
    redactor,
    noAuth: false,
    report: hear,
  });
  const [kinds, checks] = await Promise.all([loadStepKinds(), loadChecks()]);
  return await carryOut({
    plan,
    kinds,
    checks,
    ledger,
    effects: openEffects({ config, runtime, claim, logs, resources }),
    knownAt: openKnown(config, {
      runtime,
      runId: claim.id,
      ...(plan.pinned === undefined ? {} : { pinned: plan.pinned }),
    }),
    redactor,
    runId: claim.id,
    commit: null,
    clock,
    notices,
    report: hear,
    signal,
    endedPlatforms: () => resources.endedPlatforms,
  });
}
