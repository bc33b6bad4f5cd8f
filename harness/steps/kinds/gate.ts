import type { Step, StepEnd } from '../../engine/index.ts';
import type { StageName } from '../../model/index.ts';
import { judge } from '../../policy/index.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';
import { candidateOf } from '../known.ts';

/** Asks whether the artifact of one service may enter the next environment. */
export interface GateStep extends Step {
  readonly kind: 'gate';
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly requires: readonly StageName[];
  readonly neighbours: readonly string[];
  /** Services that this one depends on, through others or not. */
  readonly dependsOn: readonly string[];
  /** Services that are promoted by the same plan. */
  readonly together: readonly string[];
}

export default {
  kind: 'gate',
  // Judging costs less than finding an old answer, and what is known changes.
  inputs: () => ({ answer: null }),
  run: async (steps, context) => Promise.all(steps.map((step) => ask(step, context))),
} satisfies StepKind<GateStep>;

async function ask(step: GateStep, context: StepContext): Promise<StepEnd> {
  const { known, runId, checks } = context;
  const artifact = candidateOf(step.service, known);
  if (artifact === undefined) return { outcome: 'skipped', detail: 'there is no artifact: its build failed' };
  const candidates = step.together.flatMap((service) => candidateOf(service, known) ?? []);
  const { from, to, neighbours, dependsOn, requires } = step;
  const verdict = judge(
    { artifact, from, to, neighbours, dependsOn, candidates, decidedAt: isoNow(context) },
    known.state,
    { requires, checks },
  );
  await context.append([{ kind: 'verdict', runId, verdict }]);
  context.report({ kind: 'verdict', verdict });
  const against = verdict.checks.filter(({ outcome }) => outcome !== 'pass');
  return verdict.kind === 'pass'
    ? { outcome: 'pass' }
    : { outcome: verdict.kind, detail: against.map(({ reason }) => reason).join('; ') };
}
