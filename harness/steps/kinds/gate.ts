import type { Step, StepEnd } from '../../engine/index.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';
import { type GateAsked, judgeGate } from '../judge-gate.ts';

/** Asks whether the artifact of one service may enter the next environment. */
export interface GateStep extends Step, GateAsked {
  readonly kind: 'gate';
}

export default {
  kind: 'gate',
  // Judging costs less than finding an old answer, and what is known changes.
  inputs: () => ({ answer: null }),
  run: async (steps, context) => Promise.all(steps.map((step) => ask(step, context))),
} satisfies StepKind<GateStep>;

async function ask(step: GateStep, context: StepContext): Promise<StepEnd> {
  const { known, runId, checks } = context;
  const verdict = judgeGate(step, known, { checks, decidedAt: isoNow(context) });
  if (verdict === undefined) return { outcome: 'skipped', detail: 'there is no artifact: its build failed' };
  await context.append([{ kind: 'verdict', runId, verdict }]);
  context.report({ kind: 'verdict', verdict });
  const against = verdict.checks.filter(({ outcome }) => outcome !== 'pass');
  return verdict.kind === 'pass'
    ? { outcome: 'pass' }
    : { outcome: verdict.kind, detail: against.map(({ reason }) => reason).join('; ') };
}
