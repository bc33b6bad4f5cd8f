import { fingerprintOf, kindOf } from './fingerprint.ts';
import type { InputSet, Step, StepEnd, StepKinds } from './step.ts';

/** What will become of a step, as far as it can be told before anything runs. */
export interface Forecast {
  readonly step: Step;
  readonly inputs: InputSet;
  readonly fingerprint: string | null;
  /** Null: the work will be done. */
  readonly reused: StepEnd | null;
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
    return { step, inputs, fingerprint, reused: fresh ? null : earlier(fingerprint, step, known, kind) };
  });
  const wanted = wantedSteps(drafts);
  return drafts.map((draft) => {
    if (draft.reused === null && kindOf(kinds, draft.step).onDemand === true && !wanted.has(draft.step.id)) {
      return { ...draft, reused: { outcome: 'skipped', detail: 'no step needs it' } };
    }
    return wanted.has(draft.step.id) ? { ...draft, reused: null } : draft;
  });

  /** Ids of steps whose effect is used by a step that will be done. */
  function wantedSteps(forecasts: readonly Forecast[]): ReadonlySet<string> {
    const used = new Set(forecasts.filter(({ step }) => step.wanted === true).map(({ step }) => step.id));
    for (const { step, reused } of forecasts.toReversed()) {
      const idle = kindOf(kinds, step).onDemand === true;
      if (used.has(step.id) || (reused === null && !idle)) for (const id of step.uses ?? []) used.add(id);
    }
    return used;
  }
}

function earlier<Known>(
  fingerprint: string | null,
  step: Step,
  known: Known,
  kind: { reusable?(step: Step, fingerprint: string, known: Known): StepEnd | null },
): StepEnd | null {
  return fingerprint === null ? null : (kind.reusable?.(step, fingerprint, known) ?? null);
}
