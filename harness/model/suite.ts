import type { StageName } from './stage.ts';

/** Tests of one stage that are not where suites usually are, or that another runner runs. */
export type Suite = CommandSuite | FolderSuite;

/** A test runner of any language, started by a shell command; what it writes says how its tests ended. */
export interface CommandSuite {
  readonly kind: 'command';
  readonly run: string;
  /** Absolute folder the command runs in. */
  readonly folder: string;
  /** Pattern of result files, relative to `folder`; null: whatever is in `$STAGEGATE_RESULTS`. */
  readonly results: string | null;
  /** Fewer tests than that must not pass for a pass. */
  readonly minimum: number;
  readonly timeoutMs: number;
  /** Written for the system and not for one service: it runs once, and what it says counts for every service without one of its own. */
  readonly shared: boolean;
}

/** Test files that vitest runs, in another folder than the usual one. */
export interface FolderSuite {
  readonly kind: 'folder';
  /** Absolute. */
  readonly folder: string;
  readonly shared: boolean;
}

export type Suites = Readonly<Partial<Record<StageName, Suite>>>;

/** How the pacts that others wrote are verified against a service without a test of its own. */
export interface ProviderVerifying {
  /** Path of the service that sets states. */
  readonly statesPath: string | null;
  /** Absolute path of a module with a function for each state. */
  readonly statesModule: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}
