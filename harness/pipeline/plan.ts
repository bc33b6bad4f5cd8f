import type { Config } from '../config/index.ts';
import { type StageName, stageNames } from '../model/index.ts';
import { draftSteps, environmentOfStage } from './draft-steps.ts';
import { type Sources, withFingerprints } from './fingerprint.ts';

/** What a command wants done. */
export type RunRequest =
  /** The whole road up to and into environment `to`. */
  | { readonly kind: 'run'; readonly to: string }
  /** One stage alone, without gates; no services named means all. */
  | { readonly kind: 'stage'; readonly stage: StageName; readonly services: readonly string[] }
  /** The system in environment `to`, without stages or gates. */
  | { readonly kind: 'up'; readonly to: string };

/** Steps, each after those it needs; what may run side by side follows from `needs`. */
export interface Plan {
  readonly request: RunRequest;
  /** Environments that are entered, in order. */
  readonly environments: readonly string[];
  readonly services: readonly string[];
  readonly steps: readonly Step[];
}

export type Step = StepBase & StepWork;

interface StepBase {
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** The part of the run it is shown under. */
  readonly phase: string;
  /** Ids of steps that must have ended before, however they ended. */
  readonly needs: readonly string[];
  /** Equal exactly when everything that goes into the step is. */
  readonly fingerprint: string;
}

export type StepWork =
  | { readonly kind: 'start'; readonly what: Surrounding }
  | { readonly kind: 'build'; readonly service: string }
  | {
      readonly kind: 'stage';
      readonly stage: StageName;
      readonly services: readonly string[];
      /** Where its subjects stand; null for stages of the runner. */
      readonly environment: string | null;
    }
  | {
      readonly kind: 'gate';
      readonly service: string;
      readonly from: string;
      readonly to: string;
      readonly requires: readonly StageName[];
      readonly neighbours: readonly string[];
    }
  | {
      readonly kind: 'deploy';
      readonly service: string;
      readonly environment: string;
      readonly neighbours: readonly string[];
      /** Whether only a verdict lets it in. */
      readonly gated: boolean;
    };

/** What a run starts for itself and takes down at its end. */
export type Surrounding = 'cluster' | 'store' | 'externals';

export type Planned =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** A step before its fingerprint is known. */
export type Draft = Omit<StepBase, 'fingerprint'> & StepWork;

/** Decides what is to be done, and in which order. Pure; `sources` are the hashes of what the steps read. */
export function makePlan(config: Config, request: RunRequest, sources: Sources = {}): Planned {
  const problems = requestProblems(config, request);
  if (problems.length > 0) return { kind: 'problems', problems };
  const environments = environmentsOf(config, request);
  const drafts = draftSteps(config, request, environments);
  return {
    kind: 'plan',
    plan: {
      request,
      environments,
      services: config.services.map(({ name }) => name),
      steps: withFingerprints(drafts, sources),
    },
  };
}

function requestProblems(config: Config, request: RunRequest): readonly string[] {
  if (request.kind === 'stage') {
    const known = config.services.map(({ name }) => name);
    const unknownStage = (stageNames as readonly string[]).includes(request.stage)
      ? []
      : [`There is no stage "${request.stage}"; write one of ${stageNames.join(', ')}.`];
    const unknownServices = request.services
      .filter((service) => !known.includes(service))
      .map((service) => `There is no service "${service}"; write one of ${known.join(', ')}.`);
    return [...unknownStage, ...unknownServices];
  }
  const known = config.environments.map(({ name }) => name);
  return known.includes(request.to)
    ? []
    : [`There is no environment "${request.to}"; write one of ${known.join(', ')}.`];
}

function environmentsOf(config: Config, request: RunRequest): readonly string[] {
  const names = config.environments.map(({ name }) => name);
  switch (request.kind) {
    case 'run':
      return names.slice(0, names.indexOf(request.to) + 1);
    case 'up':
      return [request.to];
    case 'stage':
      return request.stage === 'acceptance' ? [environmentOfStage(config, request.stage)] : [];
  }
}
