import type { Config } from '../../config/index.ts';
import { foldState, type Ledger } from '../../ledger/index.ts';
import type { RunRecord, SystemView } from '../../model/index.ts';
import { liveRuns } from '../../reaper/index.ts';
import { readRecordedRun, systemView } from '../../views/index.ts';
import type { Decided, Decision, RunLine } from '../answers.ts';
import { readDecision } from './decide.ts';

/** What the console tells of the project: its ledger, read again whenever somebody looks. */
export interface ProjectSource {
  readonly config: Config;
  openLedger(): Promise<Ledger>;
  /** Does what the command of that name does. */
  decide(decision: Decision): Promise<Decided>;
}

/** A look at the ledger is worth this long, in milliseconds: several views ask at once. */
const freshMs = 1_000;
const mostRuns = 200;

/** Answers the page's questions about the project from its ledger. */
export class ProjectDesk {
  readonly #source: ProjectSource;
  #ledger: Promise<Ledger> | null = null;
  #openedAt = 0;

  constructor(source: ProjectSource) {
    this.#source = source;
  }

  async system(): Promise<SystemView> {
    const { config } = this.#source;
    return systemView(config, foldState((await this.#open()).entries), await liveRuns(config.root));
  }

  /** The newest first. */
  async runs(): Promise<readonly RunLine[]> {
    const { runs } = foldState((await this.#open()).entries);
    return runs
      .slice(-mostRuns)
      .toReversed()
      .map(({ runId, target, verdict, runtime, startedAt, durationMs, commit }) => ({
        runId,
        target,
        verdict,
        runtime,
        startedAt,
        durationMs,
        commit,
      }));
  }

  /** Null when the ledger has no such run. */
  async run(runId: string): Promise<RunRecord | null> {
    return readRecordedRun(this.#source.config, await this.#open(), runId);
  }

  /** Null when it names nothing that can be decided. */
  async decide(body: unknown): Promise<Decided | null> {
    const decision = readDecision(body, this.#source.config);
    if (decision === null) return null;
    this.#ledger = null;
    return this.#source.decide(decision);
  }

  #open(): Promise<Ledger> {
    if (this.#ledger === null || performance.now() - this.#openedAt > freshMs) {
      this.#openedAt = performance.now();
      this.#ledger = this.#source.openLedger();
    }
    return this.#ledger;
  }
}
