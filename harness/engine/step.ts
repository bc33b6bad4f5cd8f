import type { Outcome } from '../model/index.ts';

/** One piece of work of a plan. What it does is known to its kind alone; a kind adds members of its own. */
export interface Step {
  /** Name of the {@link StepKind} that does it. */
  readonly kind: string;
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** The part of the plan it is shown under. */
  readonly phase: string;
  /** Ids of steps that must have ended before, however they ended. */
  readonly needs: readonly string[];
  /** Of `needs`, those whose effect must be there while this one works: a running cluster, a deployed neighbour. */
  readonly uses?: readonly string[];
  /** Done even where an earlier result stands: the plan is about its effect. */
  readonly wanted?: boolean;
}

/** How a step ended. */
export interface StepEnd {
  readonly outcome: Outcome;
  /** One sentence; why, when the outcome is not `pass`. */
  readonly detail?: string;
  /** Set when an earlier result was taken instead of doing the work. */
  readonly reused?: { readonly runId: string; readonly at: string };
}

/** Everything a step's result depends on: what it is → its hash or value. Null: it could not be known. */
export type InputSet = Readonly<Record<string, string | null>>;

/**
 * One kind of step, whole, in one file. `Known` is what is known before anything runs, `Context` what doing the work needs; the
 * engine hands both through without looking.
 */
export interface StepKind<S extends Step, Known, Context> {
  readonly kind: S['kind'];
  /** How many steps, or groups of steps, of this kind run at once; absent: as many as are ready. */
  readonly width?: number;
  /** All that the step's fingerprint covers. Pure. An unknown input means that the step is never reused. */
  inputs(step: S, known: Known): InputSet;
  /**
   * The earlier result that stands for this step, made from the same fingerprint; null when there is none. Absent: the step
   * is always done.
   */
  reusable?(step: S, fingerprint: string, known: Known): StepEnd | null;
  /**
   * The step only has an effect and leaves nothing to reuse: it is done when a step that uses it is, and skipped over
   * otherwise.
   */
  readonly onDemand?: boolean;
  /** Steps with the same group that are ready together are done in one call. Absent: each by itself. */
  group?(step: S): string;
  /**
   * Does the work of one step or one group and appends what it finds out to the ledger. What a service does wrong is an
   * outcome; what throws is wrong with the run and ends it.
   */
  run(steps: readonly S[], context: Context): Promise<readonly StepEnd[]>;
}

/** Kinds by name, as the engine takes them. */
export type StepKinds<Known, Context> = ReadonlyMap<string, StepKind<Step, Known, Context>>;
