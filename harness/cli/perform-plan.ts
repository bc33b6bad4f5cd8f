import type { Config } from '../config/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { RunEvent, RuntimeName } from '../model/index.ts';
import type { Plan } from '../plans/index.ts';
import { carryOut, type FinishedRun } from './carry-out.ts';
import { openKnown } from './open-known.ts';
import { openRun } from './open-run.ts';

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
  await using run = await openRun({ config, ledger, plan, runtime, noAuth: false, report });
  return await carryOut({
    ...run.tools,
    plan,
    knownAt: openKnown(config, {
      runtime,
      runId: run.id,
      ...(plan.pinned === undefined ? {} : { pinned: plan.pinned }),
    }),
    runId: run.id,
    commit: null,
    notices: run.notices,
    report: run.report,
    signal,
    endedPlatforms: () => run.resources.endedPlatforms,
  });
}
