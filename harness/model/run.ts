import type { Artifact } from './artifact.ts';
import type { Incident } from './cause.ts';
import type { Outcome } from './outcome.ts';
import type { RuntimeName, StageName, StageResult, TestCase } from './stage.ts';
import type { RunStory } from './story.ts';
import type { Placement, Verdict, VerdictKind } from './verdict.ts';

/** `reports/run.json`: everything a report is drawn from. Its JSON Schema is published as `run.schema.json`. */
export interface RunRecord {
  readonly schema: 'stagegate.run/1';
  readonly runId: string;
  readonly system: string;
  readonly runtime: RuntimeName;
  /** `pass` exactly when every service reached the target environment. */
  readonly verdict: VerdictKind;
  readonly target: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly commit: string | null;
  readonly services: readonly RunService[];
  readonly stages: readonly StageResult[];
  readonly environments: readonly RunEnvironment[];
  readonly verdicts: readonly Verdict[];
  readonly steps: readonly StepRecord[];
  /** The chain of steps that decided how long the run took, by id, and their sum. */
  readonly criticalPath?: { readonly steps: readonly string[]; readonly durationMs: number };
  /** What happened to tasks during the run and nobody asked for. */
  readonly incidents?: readonly Incident[];
  /** What the ledger adds: changes, trend, and what was not tested. */
  readonly story?: RunStory;
  /** Absent when the run needed none, or it never got ready. */
  readonly cluster?: RunCluster;
  /** What was left out and why, e.g. that Java is missing. */
  readonly notices: readonly string[];
  /** Problems of the harness or its surroundings, not of a service. */
  readonly problems: readonly { readonly code: string; readonly message: string; readonly hint: string }[];
}

export interface RunService {
  readonly name: string;
  readonly version: string;
  readonly digest: Artifact['digest'];
  readonly bytes: number;
}

export interface RunEnvironment {
  readonly name: string;
  readonly services: readonly Placement[];
}

/** One step of the plan as it ran. */
export interface StepRecord {
  readonly id: string;
  readonly title: string;
  readonly outcome: StepOutcome;
  /** When it began, in milliseconds after the run did; absent when it never did. */
  readonly startedMs?: number;
  readonly durationMs: number;
  readonly detail?: string;
  /** The run whose result was taken instead of doing the work, and when it was made. */
  readonly reused?: Reused;
}

/** Where an earlier result comes from. */
export interface Reused {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** The cluster the run had to itself. */
export interface RunCluster {
  readonly agents: number;
  /** From its start until every agent had registered. */
  readonly readyMs: number;
}

export type StepOutcome = Outcome;

/** Everything a listener may learn while a run goes on, in the order it happened. */
export type RunEvent =
  | {
      readonly kind: 'run-started';
      readonly runId: string;
      readonly system: string;
      readonly runtime: RuntimeName;
      readonly steps: readonly { readonly id: string; readonly title: string; readonly phase: string }[];
    }
  | {
      readonly kind: 'cluster-ready';
      readonly marathonUrl: string;
      readonly mesosUrl: string;
      readonly edgeUrl: string;
      /** Holds the user and password that the three ask for; null where they ask for none. */
      readonly credentialsFile: string | null;
      readonly agents: number;
      readonly durationMs: number;
    }
  /** Where the console is: a link that signs one browser in, once. For whoever started the command, and for no report. */
  | { readonly kind: 'console-ready'; readonly url: string }
  | { readonly kind: 'step-started'; readonly step: string }
  | { readonly kind: 'step-progress'; readonly step: string; readonly text: string }
  | {
      readonly kind: 'step-finished';
      readonly step: string;
      readonly outcome: StepOutcome;
      readonly durationMs: number;
      readonly detail?: string;
      readonly reused?: Reused;
    }
  | { readonly kind: 'artifact-built'; readonly artifact: Artifact }
  | {
      readonly kind: 'test-finished';
      readonly stage: StageName;
      readonly service: string;
      readonly test: TestCase;
    }
  | { readonly kind: 'stage-finished'; readonly result: StageResult }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  /** Something a reader should know that changes no verdict. */
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'run-finished'; readonly record: RunRecord; readonly exitCode: number };

/** A listener that writes. It cannot change a verdict; if it throws, the run says so and goes on. */
export interface Reporter {
  report(event: RunEvent): void;
  /** Called exactly once, after an interruption too; resolves to the files written, absolute. */
  close(): Promise<readonly string[]>;
}
