import { forecast } from '../../engine/index.ts';
import { foldState } from '../../ledger/index.ts';
import { exitCodes, StagegateError } from '../../model/index.ts';
import { loadPlans } from '../../plans/index.ts';
import { loadStepKinds } from '../../steps/index.ts';
import { openKnown } from '../open-known.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';
import { changesSince, rememberedInputs } from '../step-inputs.ts';

export interface WhyReuseOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly runtime?: 'auto' | 'process' | 'docker';
}

/** `stagegate why --reuse <step>`: whether `run` would take the step's earlier result, and which input changed when not. */
export async function whyReuse(name: string, options: WhyReuseOptions): Promise<number> {
  const config = await openProject(options.config);
  const ledger = await openProjectLedger(config);
  const state = foldState(ledger.entries);
  const run = (await loadPlans()).find(({ command }) => command === 'run');
  const planned = run?.plan(config, state, { args: [], options: {} });
  if (planned?.kind !== 'plan') throw new Error('There is no plan "run".');
  const wish = options.runtime ?? config.cluster.runtime;
  const known = openKnown(config, { runtime: wish === 'docker' ? 'docker' : 'process', runId: null })(state);
  const found = forecast(planned.plan.steps, await loadStepKinds(), known).find(
    ({ step }) => step.id === name || step.title === name,
  );
  if (found === undefined) {
    throw new StagegateError(
      'SG_USAGE',
      `There is no step "${name}"; stagegate plan lists them, such as "${planned.plan.steps.at(-1)?.title}".`,
    );
  }
  const { step, inputs, reused } = found;
  const before = await rememberedInputs(config.root, step.id);
  const changes = before === null ? null : changesSince(before, inputs, known.files);
  const answer = { step: step.id, reused: reused?.reused ?? null, since: before?.runId ?? null, changes };
  process.stdout.write(
    options.json === true ? `${JSON.stringify(answer, null, 2)}\n` : describe(step.title, answer),
  );
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
  if (reused !== null) return `${title}: the result of run ${reused.runId} (${reused.at}) is taken.\n`;
  const head = `${title}: it will be done.`;
  if (changes === null)
    return `${head} It has never passed on this machine, so there is nothing to compare with.\n`;
  if (changes.length === 0) {
    return `${head} What it reads is as it was in run ${since}; it is done because a step before it may still change that, or a step that will be done uses its effect.\n`;
  }
  return `${[`${head} Since run ${since}:`, ...changes.map((change) => `  ${change}`)].join('\n')}\n`;
}
