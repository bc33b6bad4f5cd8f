import { join } from 'node:path';
import type { VerifierResult } from '../contracts/index.ts';
import type { Digest } from '../model/index.ts';

/** Where the tests of one contract stage and the stage itself hand things to each other. */
export interface ContractFolders {
  /** What consumer tests write, a folder for each service. */
  readonly written: string;
  /** What verifications found, a file each: {@link VerificationRecord}. */
  readonly verified: string;
  /** The pacts that count in this stage: committed ones, and what consumers that passed have just written. */
  readonly inForce: string;
}

export function contractFolders(root: string): ContractFolders {
  return {
    written: join(root, 'written'),
    verified: join(root, 'verified'),
    inForce: join(root, 'in-force'),
  };
}

/**
 * What a provider's answers came from. `artifact`: the service as it ships, or what produces its messages; `wrapped`:
 * something else at another address, while the service as it ships was running; `stand-in`: something else alone.
 */
export type VerifiedSubject = 'artifact' | 'wrapped' | 'stand-in';

/** One call of `verifyProvider` that came to its end. */
export interface VerificationRecord {
  readonly provider: string;
  readonly subject: VerifiedSubject;
  /** Content hashes of the pacts that were replayed; of each consumer no more than one. */
  readonly pacts: readonly Digest[];
  readonly results: readonly VerifierResult[];
}
