import type { Digest } from './digest.ts';

/** `pending`: it failed, and its consumer says that it may for now. `inconclusive`: it was not replayed. */
export type ContractOutcome = 'pass' | 'fail' | 'pending' | 'inconclusive';

/** What verifying one pact against one artifact of its provider found. */
export interface ContractResult {
  readonly consumer: string;
  readonly provider: string;
  /** Of what the pact says, without its metadata: the same for every version of the consumer that expects the same. */
  readonly contentHash: Digest;
  /** The worst of its interactions; `pass` only if every one passed. */
  readonly outcome: ContractOutcome;
  readonly interactions: readonly InteractionResult[];
}

/** What Pact's verifier said of one interaction or message. */
export interface InteractionResult {
  readonly description: string;
  /** Names of its provider states. */
  readonly states: readonly string[];
  readonly outcome: ContractOutcome;
  /** What was expected and what came instead, a sentence for each difference; present unless it passed. */
  readonly because?: readonly string[];
}

/** What a consumer expects of one provider, as its tests of today wrote it. */
export interface ConsumerPact {
  readonly provider: string;
  readonly contentHash: Digest;
  /** The pact, as JSON text. */
  readonly content: string;
}
