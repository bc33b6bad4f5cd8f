import type { VerdictKind } from './verdict.ts';

/** The whole system as it is now: what is where, what could go further, and who calls whom. */
export interface SystemView {
  readonly system: string;
  readonly environments: readonly EnvironmentView[];
  readonly moves: readonly Move[];
  readonly calls: readonly Call[];
}

/** A version that one environment has and the next does not. */
export interface Move {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly version: string;
  readonly digest: string;
  /** What `to` was cleared for; null: nothing yet. */
  readonly instead: string | null;
  /** `inconclusive` also where this digest has not been judged yet. */
  readonly verdict: VerdictKind;
  readonly reasons: readonly string[];
}

export interface Call {
  readonly from: string;
  readonly to: string;
  /** What verifying the newest pact between them found; null where there is none. */
  readonly contract: 'pass' | 'fail' | 'inconclusive' | null;
}

/** One environment as it is now. */
export interface EnvironmentView {
  readonly name: string;
  /** Of the configuration. */
  readonly platform: string;
  /** Why nothing may enter it now; null when something may. */
  readonly freeze: { readonly by: string; readonly at: string; readonly reason: string } | null;
  /** The command that changes it now, or was killed while it did; null when there is none. */
  readonly lock: { readonly command: string; readonly runId: string; readonly at: string } | null;
  readonly services: readonly ServicePlace[];
}

export interface ServicePlace {
  readonly service: string;
  /** What the environment was last cleared for; null when nothing was. */
  readonly version: string | null;
  readonly digest: string | null;
  readonly promotedAt: string | null;
  /** What runs there now; null when its platform is gone, or nothing was deployed. */
  readonly deployed: {
    readonly version: string;
    readonly digest: string;
    readonly platform: string;
    readonly since: string;
  } | null;
}
