import { fingerprintOf, kindOf } from './fingerprint.ts';
import type { InputSet, Step, StepEnd, StepKind, StepKinds } from './step.ts';

/** What will become of a step, as far as it can be told before anything runs. */
export interface Forecast {
  readonly step: Step;
  readonly inputs: InputSet;
  readonly fingerprint: string | null;
  /** Null: the work will be done. */
  readonly reused: StepEnd | null;
  /** Whether a step that will be done uses its effect, or the plan is about it: then no earlier result is taken. */
  readonly isWanted: boolean;
}

export interface ForecastOptions {
  /** Does all again. */
  readonly fresh?: boolean;
}

/**
 * Which steps will be done, and which are answered by an earlier result. A step whose effect another one uses is done
 * whenever that one is, even if it has been done before. Pure.
 */
export function forecast<Known>(
  steps: readonly Step[],
  kinds: StepKinds<Known, never>,
  known: Known,
  { fresh = false }: ForecastOptions = {},
): readonly Forecast[] {
  const drafts = steps.map((step) => {
    const kind = kindOf(kinds, step);
    const inputs = kind.inputs(step, known);
    const fingerprint = fingerprintOf(step.kind, inputs);
    const reused = fresh ? null : earlierResult(kind, step, fingerprint, known);
    return { step, inputs, fingerprint, reused };
  });
  const wanted = wantedSteps(drafts, kinds);
  return drafts.map((draft): Forecast => {
    const isWanted = wanted.has(draft.step.id);
    if (isWanted) return { ...draft, reused: null, isWanted };
    const isIdle = draft.reused === null && kindOf(kinds, draft.step).onDemand === true;
    const reused = isIdle ? ({ outcome: 'skipped', detail: 'no step needs it' } as const) : draft.reused;
    return { ...draft, reused, isWanted };
  });
}

/** Ids of steps whose effect the plan is about, or is used by a step that will be done. */
function wantedSteps<Known>(
  drafts: readonly Pick<Forecast, 'step' | 'reused'>[],
  kinds: StepKinds<Known, never>,
): ReadonlySet<string> {
  const wanted = new Set(drafts.filter(({ step }) => step.wanted === true).map(({ step }) => step.id));
  for (const { step, reused } of drafts.toReversed()) {
    const isDone = wanted.has(step.id) || (reused === null && kindOf(kinds, step).onDemand !== true);
    if (isDone) for (const id of step.uses ?? []) wanted.add(id);
  }
  return wanted;
}

/** The result that an earlier run made from the same inputs; null when there is none, or an input is unknown. */
export function earlierResult<Known>(
  kind: Pick<StepKind<Step, Known, never>, 'reusable'>,
  step: Step,
  fingerprint: string | null,
  known: Known,
): StepEnd | null {
  return fingerprint === null ? null : (kind.reusable?.(step, fingerprint, known) ?? null);
}
