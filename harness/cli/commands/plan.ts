import { type CriticalPath, criticalPath, type Forecast } from '../../engine/index.ts';
import { lastDurationOf } from '../../ledger/index.ts';
import { duration } from '../../model/index.ts';
import { definitionNotices } from '../definition-notices.ts';
import { type ForecastOptions, forecastRun } from '../forecast-run.ts';
import { print, printJson } from '../print.ts';
import { requireSecrets } from '../require-secrets.ts';

export interface PlanOptions extends ForecastOptions {
  readonly json?: boolean;
  /** Tells how long each step took before, and the critical path of those that will be done. */
  readonly timing?: boolean;
}

/** `stagegate plan`: prints what `run` would do, and what it would take from earlier runs; touches nothing. */
export async function plan(options: PlanOptions): Promise<number> {
  const { config, state, plan: planned, steps } = await forecastRun(options);
  requireSecrets(config, planned.environments);
  const notices = await definitionNotices(config);
  const expectedMs = (id: string): number => lastDurationOf(state, id) ?? 0;
  const done = new Set(steps.filter(({ reused }) => reused === null).map(({ step }) => step.id));
  const timing: Timing = {
    expectedMs: Object.fromEntries([...done].map((id) => [id, expectedMs(id)])),
    criticalPath: criticalPath(planned.steps, (id) => (done.has(id) ? expectedMs(id) : 0)),
  };
  if (options.json === true) printJson({ ...planned, notices, steps: steps.map(asJson), ...timing });
  else print(describe(steps, notices) + (options.timing === true ? describeTiming(steps, timing) : ''));
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
  return lines.join('\n');
}

function fate(reused: Forecast['reused']): string {
  if (reused === null) return 'will be done';
  return reused.reused === undefined ? 'not needed' : `reused from run ${reused.reused.runId}`;
}

interface Timing {
  /** Of the steps that will be done, how long they took when they were done last; 0: nobody knows. */
  readonly expectedMs: Readonly<Record<string, number>>;
  readonly criticalPath: CriticalPath;
}

function describeTiming(steps: readonly Forecast[], { expectedMs, criticalPath: path }: Timing): string {
  const titles = new Map(steps.map(({ step }) => [step.id, step.title]));
  const unknown = Object.values(expectedMs).filter((ms) => ms === 0).length;
  const lines = path.steps.map((id) => `  ${titles.get(id) ?? id} ${duration(expectedMs[id] ?? 0)}`);
  const head =
    path.steps.length === 0
      ? 'Nothing is known yet of how long these steps take; a run records it.'
      : `Critical path, by how long its steps took last: ${duration(path.durationMs)}`;
  const rest = unknown === 0 ? [] : [`${unknown} steps have never been timed.`];
  return ['\n', head, ...lines, ...(path.steps.length === 0 ? [] : rest)].join('\n');
}
