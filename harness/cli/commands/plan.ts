import { type Forecast, forecast } from '../../engine/index.ts';
import { foldState } from '../../ledger/index.ts';
import { StagegateError } from '../../model/index.ts';
import { loadPlans } from '../../plans/index.ts';
import { loadStepKinds } from '../../steps/index.ts';
import { definitionNotices } from '../definition-notices.ts';
import { openKnown } from '../open-known.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';
import { requireSecrets } from '../require-secrets.ts';

export interface PlanOptions {
  readonly config?: string;
  readonly to?: string;
  readonly json?: boolean;
  readonly runtime?: 'auto' | 'process' | 'docker';
}

/** `stagegate plan`: prints what `run` would do, and what it would take from earlier runs; touches nothing. */
export async function plan(options: PlanOptions): Promise<number> {
  const config = await openProject(options.config);
  const ledger = await openProjectLedger(config);
  const state = foldState(ledger.entries);
  const run = (await loadPlans()).find(({ command }) => command === 'run');
  const planned = run?.plan(config, state, { args: [], options: { to: options.to } });
  if (planned === undefined) throw new Error('There is no plan "run".');
  if (planned.kind === 'problems') throw new StagegateError('SG_USAGE', planned.problems.join('\n'));
  requireSecrets(config, planned.plan.environments);
  const wish = options.runtime ?? config.cluster.runtime;
  const known = openKnown(config, { runtime: wish === 'docker' ? 'docker' : 'process', runId: null });
  const steps = forecast(planned.plan.steps, await loadStepKinds(), known(state));
  const notices = await definitionNotices(config);
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ ...planned.plan, notices, steps: steps.map(asJson) }, null, 2)}\n`
      : describe(steps, notices),
  );
  return 0;
}

function asJson({ step, fingerprint, reused, inputs }: Forecast): object {
  return { ...step, fingerprint, inputs, reused: reused?.reused ?? null };
}

function describe(steps: readonly Forecast[], notices: readonly string[]): string {
  const width = Math.max(...steps.map(({ step }) => step.title.length));
  const lines: string[] = [];
  let phase = '';
  for (const { step, fingerprint, reused } of steps) {
    if (step.phase !== phase) lines.push(step.phase);
    phase = step.phase;
    lines.push(
      `  ${step.title.padEnd(width)}  ${(fingerprint ?? '').slice(0, 12).padEnd(12)}  ${fate(reused)}`,
    );
  }
  const done = steps.filter(({ reused }) => reused === null).length;
  lines.push('', `${done} of ${steps.length} steps will be done; the others take an earlier result.`);
  lines.push(...notices.map((notice) => `note: ${notice}`));
  return `${lines.join('\n')}\n`;
}

function fate(reused: Forecast['reused']): string {
  if (reused === null) return 'will be done';
  return reused.reused === undefined ? 'not needed' : `reused from run ${reused.reused.runId}`;
}
