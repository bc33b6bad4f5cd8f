import type { Config } from '../config/index.ts';
import type { Step } from '../engine/index.ts';
import type { State } from '../ledger/index.ts';
import type { Digest } from '../model/index.ts';

/** Steps, each after those it needs; what may run side by side follows from `needs`. */
export interface Plan {
  readonly command: string;
  /** An environment, or a stage that is run alone. */
  readonly target: string;
  /** Environments that are entered, in order. */
  readonly environments: readonly string[];
  readonly services: readonly string[];
  /** Service → the artifact it is about; absent: what today's sources make. */
  readonly pinned?: ReadonlyMap<string, Digest>;
  readonly steps: readonly Step[];
}

export type Planned =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** What was typed behind the command, by name. */
export interface PlanRequest {
  /** Positional arguments, in order. */
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** One command that carries out a plan: a file of this folder exports it by default, and the command line finds it. */
export interface PlanCommand {
  readonly command: string;
  /** For `--help`. */
  readonly summary: string;
  /** As commander writes them: `<name>`, `[services...]`, with what they are. */
  readonly arguments?: readonly (readonly [string, string])[];
  readonly options?: readonly (readonly [string, string])[];
  readonly examples: readonly string[];
  /** Holds what was deployed until the command is interrupted. */
  readonly holds?: boolean;
  /** What is done again when files change while the system is held: steps whose inputs are the same are not. Pure. */
  again?(config: Config, request: PlanRequest, held: HeldPlatform): Plan;
  /** Decides what is to be done, and in which order. Pure. */
  plan(config: Config, state: State, request: PlanRequest): Planned;
}

/** The platform that the command started and holds. */
export interface HeldPlatform {
  readonly id: string;
}

/** Null where the configuration has the environment. */
export function unknownEnvironment({ environments }: Config, name: string): Planned | null {
  const known = environments.map((environment) => environment.name);
  if (known.includes(name)) return null;
  return problems(`There is no environment "${name}"; write one of ${known.join(', ')}.`);
}

export function problems(...texts: readonly string[]): Planned {
  return { kind: 'problems', problems: texts };
}
