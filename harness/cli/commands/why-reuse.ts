import { exitCodes, StagegateError } from '../../model/index.ts';
import { type ForecastOptions, forecastRun } from '../forecast-run.ts';
import { print, printJson } from '../print.ts';
import { changesSince, rememberedInputs } from '../step-inputs.ts';

export interface WhyReuseOptions extends ForecastOptions {
  readonly json?: boolean;
}

/** `stagegate why --reuse <step>`: whether `run` would take the step's earlier result, and which input changed when not. */
export async function whyReuse(name: string, options: WhyReuseOptions): Promise<number> {
  const { config, known, steps } = await forecastRun(options);
  const found = steps.find(({ step }) => step.id === name || step.title === name);
  if (found === undefined) {
    throw new StagegateError(
      'SG_USAGE',
      `There is no step "${name}"; stagegate plan lists them, such as "${steps.at(-1)?.step.title}".`,
    );
  }
  const { step, inputs, reused } = found;
  const before = await rememberedInputs(config.root, step.id);
  const changes = before === null ? null : changesSince(before, inputs, known.files);
  const answer = { step: step.id, reused: reused?.reused ?? null, since: before?.runId ?? null, changes };
  if (options.json === true) printJson(answer);
  else print(describe(step.title, answer));
  return exitCodes.yes;
}

function describe(
  title: string,
  {
    reused,
    since,
    changes,
  }: {
    readonly reused: { readonly runId: string; readonly at: string } | null;
    readonly since: string | null;
    readonly changes: readonly string[] | null;
  },
): string {
  if (reused !== null) return `${title}: the result of run ${reused.runId} (${reused.at}) is taken.`;
  const head = `${title}: it will be done.`;
  if (changes === null)
    return `${head} It has never passed on this machine, so there is nothing to compare with.`;
  if (changes.length === 0) {
    return `${head} What it reads is as it was in run ${since}; it is done because a step before it may still change that, or a step that will be done uses its effect.`;
  }
  return [`${head} Since run ${since}:`, ...changes.map((change) => `  ${change}`)].join('\n');
}
