import type { Clock } from '../plumbing/clock.ts';
import { type DurationOf, remainingMs } from './critical-path.ts';
import { fingerprintOf, kindOf } from './fingerprint.ts';
import { earlierResult, type Forecast, forecast } from './forecast.ts';
import type { InputSet, Step, StepEnd, StepKinds } from './step.ts';

/** A step that has ended, and when, in milliseconds after the plan began. */
export interface StepRun {
  readonly step: Step;
  readonly end: StepEnd;
  readonly fingerprint: string | null;
  /** What the fingerprint covers. */
  readonly inputs: InputSet;
  /** Absent when it was never begun. */
  readonly startedMs?: number;
  readonly durationMs: number;
}

/** What the engine tells while it works. */
export interface EngineListener {
  stepStarted(step: Step): void;
  stepEnded(run: StepRun): void;
}

export interface EngineOptions<Known, Context> {
  readonly kinds: StepKinds<Known, Context>;
  /** What is known now: asked again as steps end, because what they found out may let a later one be reused. */
  known(): Known;
  /** Hands a step what it needs to work; `signal` aborts when the plan must end. */
  context(signal: AbortSignal, fingerprints: ReadonlyMap<string, string | null>): Context;
  readonly listener: EngineListener;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Does every step, whatever was done before. */
  readonly fresh?: boolean;
  /** How long steps took before: of those that are ready, the ones with most to come are begun first. */
  readonly durationOf?: DurationOf;
}

export interface FinishedPlan {
  /** In the order they ended; what was never begun comes last, as `skipped`. */
  readonly runs: readonly StepRun[];
  /** What ended the plan before its end: the first error that a step threw, or the reason of the signal. */
  readonly error: unknown;
}

/**
 * Does every step as soon as what it needs has ended, as many at once as its kind allows. Steps whose earlier result stands
 * are not done again. Knows no kind of step. Never rejects for what a step or the signal does: the result says what is
 * known. Rejects, before anything is begun, when a step has no kind or its inputs cannot be told.
 */
export async function runPlan<Known, Context>(
  steps: readonly Step[],
  options: EngineOptions<Known, Context>,
): Promise<FinishedPlan> {
  return new PlanRun(steps, options).toEnd();
}

class PlanRun<Known, Context> {
  readonly #options: EngineOptions<Known, Context>;
  readonly #startedMs: number;
  readonly #broken = new AbortController();
  readonly #stop: AbortSignal;
  readonly #waiting: Set<Step>;
  readonly #ended = new Set<string>();
  readonly #running = new Map<Promise<void>, string>();
  readonly #runs: StepRun[] = [];
  readonly #forecasts: ReadonlyMap<string, Forecast>;
  readonly #fingerprints = new Map<string, string | null>();
  readonly #inputs = new Map<string, InputSet>();
  #error: unknown = null;

  constructor(steps: readonly Step[], options: EngineOptions<Known, Context>) {
    this.#options = options;
    this.#startedMs = options.clock.monotonic();
    this.#stop = AbortSignal.any([options.signal, this.#broken.signal]);
    const remaining = remainingMs(steps, options.durationOf ?? (() => 0));
    this.#waiting = new Set(
      steps.toSorted((a, b) => (remaining.get(b.id) ?? 0) - (remaining.get(a.id) ?? 0)),
    );
    const { kinds, fresh } = options;
    const forecasts = forecast(steps, kinds, options.known(), { fresh });
    this.#forecasts = new Map(forecasts.map((one) => [one.step.id, one]));
    for (const { step, fingerprint, inputs } of forecasts) {
      this.#fingerprints.set(step.id, fingerprint);
      this.#inputs.set(step.id, inputs);
    }
  }

  async toEnd(): Promise<FinishedPlan> {
    try {
      await this.#work();
    } catch (error) {
      this.#break(error);
    }
    await Promise.all(this.#running.keys());
    for (const step of this.#waiting) {
      const end: StepEnd = { outcome: 'skipped', detail: 'the run ended before it' };
      this.#runs.push({ step, end, ...this.#of(step), durationMs: 0 });
    }
    if (this.#error === null && this.#options.signal.aborted) this.#error = this.#options.signal.reason;
    return { runs: this.#runs, error: this.#error };
  }

  async #work(): Promise<void> {
    while (this.#waiting.size > 0 && !this.#stop.aborted) {
      const begun = this.#beginReady();
      if (this.#stop.aborted) break;
      if (begun) continue;
      if (this.#running.size === 0) {
        throw new Error(`Steps wait for each other: ${[...this.#waiting].map(({ id }) => id).join(', ')}`);
      }
      await Promise.race(this.#running.keys());
    }
  }

  /** What comes after the first break follows from it. */
  #break(error: unknown): void {
    if (!this.#stop.aborted) this.#error = error;
    this.#broken.abort(error);
  }

  /** Begins every step that is ready and has room; whether there was one. */
  #beginReady(): boolean {
    let begun = false;
    for (const step of this.#waiting) {
      if (this.#stop.aborted || !this.#waiting.has(step) || !this.#isReady(step)) continue;
      const earlier = this.#earlierResult(step);
      if (earlier !== null) {
        this.#waiting.delete(step);
        this.#end(step, earlier, this.#now());
        begun = true;
        continue;
      }
      if (!this.#hasRoom(step)) continue;
      const group = this.#groupOf(step);
      for (const member of group) this.#waiting.delete(member);
      const work: Promise<void> = this.#do(group).finally(() => this.#running.delete(work));
      this.#running.set(work, step.kind);
      begun = true;
    }
    return begun;
  }

  #isReady({ needs }: Step): boolean {
    return needs.every((need) => this.#ended.has(need) || !this.#forecasts.has(need));
  }

  #hasRoom(step: Step): boolean {
    const { width = Number.POSITIVE_INFINITY } = kindOf(this.#options.kinds, step);
    return [...this.#running.values()].filter((kind) => kind === step.kind).length < width;
  }

  #groupOf(step: Step): readonly Step[] {
    const { group } = kindOf(this.#options.kinds, step);
    if (group === undefined) return [step];
    return [...this.#waiting].filter(
      (other) =>
        other.kind === step.kind &&
        group(other) === group(step) &&
        this.#isReady(other) &&
        (other === step || this.#earlierResult(other) === null),
    );
  }

  /** Asked when a step is ready: what ran before it may have made the inputs of an earlier result. */
  #earlierResult(step: Step): StepEnd | null {
    const kind = kindOf(this.#options.kinds, step);
    const foreseen = this.#forecasts.get(step.id);
    if (kind.onDemand === true) return foreseen?.reused ?? null;
    const known = this.#options.known();
    const inputs = kind.inputs(step, known);
    const fingerprint = fingerprintOf(step.kind, inputs);
    this.#inputs.set(step.id, inputs);
    this.#fingerprints.set(step.id, fingerprint);
    if (this.#options.fresh === true || foreseen?.isWanted === true) return null;
    return earlierResult(kind, step, fingerprint, known);
  }

  async #do(steps: readonly Step[]): Promise<void> {
    const startedMs = this.#now();
    for (const step of steps) this.#options.listener.stepStarted(step);
    try {
      const [first] = steps;
      if (first === undefined) return;
      const context = this.#options.context(this.#stop, this.#fingerprints);
      const ends = await kindOf(this.#options.kinds, first).run(steps, context);
      steps.forEach((step, index) => {
        const end = ends[index] ?? { outcome: 'inconclusive', detail: 'the step said nothing' };
        this.#end(step, end, startedMs);
      });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      for (const step of steps) this.#end(step, { outcome: 'inconclusive', detail }, startedMs);
      this.#break(error);
    }
  }

  #end(step: Step, end: StepEnd, startedMs: number): void {
    const run: StepRun = {
      step,
      end,
      ...this.#of(step),
      startedMs,
      durationMs: this.#now() - startedMs,
    };
    this.#runs.push(run);
    this.#ended.add(step.id);
    this.#options.listener.stepEnded(run);
  }

  #of({ id }: Step): Pick<StepRun, 'fingerprint' | 'inputs'> {
    return { fingerprint: this.#fingerprints.get(id) ?? null, inputs: this.#inputs.get(id) ?? {} };
  }

  #now(): number {
    return Math.round(this.#options.clock.monotonic() - this.#startedMs);
  }
}
