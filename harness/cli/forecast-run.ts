import type { Config } from '../config/index.ts';
import { type Forecast, forecast } from '../engine/index.ts';
import { foldState, type State } from '../ledger/index.ts';
import { StagegateError } from '../model/index.ts';
import { loadPlans, type Plan } from '../plans/index.ts';
import { type Known, loadStepKinds } from '../steps/index.ts';
import { openKnown } from './open-known.ts';
import { openProject } from './project.ts';
import { openProjectLedger } from './project-ledger.ts';

export interface ForecastOptions {
  readonly config?: string;
  /** Where the run would stop. */
  readonly to?: string;
  readonly runtime?: 'auto' | 'process' | 'docker';
}

/** What `run` would do, and what it would take from earlier runs. */
export interface RunForecast {
  readonly config: Config;
  readonly state: State;
  readonly plan: Plan;
  readonly known: Known;
  readonly steps: readonly Forecast[];
}

/** Touches nothing. @throws `SG_USAGE` when there is no such environment */
export async function forecastRun({ config: file, to, runtime }: ForecastOptions): Promise<RunForecast> {
  const config = await openProject(file);
  const ledger = await openProjectLedger(config);
  const state = foldState(ledger.entries);
  const run = (await loadPlans()).find(({ command }) => command === 'run');
  const planned = run?.plan(config, state, { args: [], options: { to } });
  if (planned === undefined) throw new Error('There is no plan "run".');
  if (planned.kind === 'problems') throw new StagegateError('SG_USAGE', planned.problems.join('\n'));
  const wish = runtime ?? config.cluster.runtime;
  const known = openKnown(config, { runtime: wish === 'docker' ? 'docker' : 'process', runId: null })(state);
  const steps = forecast(planned.plan.steps, await loadStepKinds(), known);
  return { config, state, plan: planned.plan, known, steps };
}
