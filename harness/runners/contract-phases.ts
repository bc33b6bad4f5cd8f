import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Pact, publishPacts, readPacts } from '../contracts/index.ts';
import type { StageContext } from './context.ts';
import { type FilesOutcome, serviceOf } from './file-outcome.ts';

/** What the contract stage does besides running tests: the pacts of consumers that passed become the ones to verify. */
export interface ContractPhases {
  /** Takes over the pacts of every named consumer whose consumer tests all passed; others keep what is committed. */
  publish(services: readonly string[], consumers: FilesOutcome): Promise<void>;
  /** Why a provider's passing tests would prove nothing: pacts that none of its suites verifies. */
  doubts(provider: string, testFiles: readonly string[]): readonly string[];
}

/** @throws `SG_PACT_INVALID` when a committed pact cannot be read: better before the tests than after. */
export async function betweenContractPhases(context: StageContext): Promise<ContractPhases> {
  const { read, write } = context.pacts;
  readPacts(read);
  await mkdir(write, { recursive: true });
  return {
    async publish(services, consumers) {
      for (const service of services) {
        if (passed(consumers, service)) await publishPacts(service, write, read);
      }
    },
    doubts(provider, testFiles) {
      const pacts = readPacts(read).filter((pact) => pact.provider === provider);
      if (pacts.length === 0 || verifies(provider, testFiles)) return [];
      return [`no suites/contract/${provider}/*.provider.test.ts verifies ${pacts.map(nameOf).join(', ')}`];
    },
  };
}

function passed(outcome: FilesOutcome, service: string): boolean {
  const files = outcome.files.filter((file) => serviceOf(file.file) === service);
  return (
    files.length > 0 &&
    outcome.strayErrors.length === 0 &&
    files.every((file) => file.finished && file.cases.every((testCase) => testCase.outcome !== 'fail'))
  );
}

function verifies(provider: string, testFiles: readonly string[]): boolean {
  return testFiles.some((file) => serviceOf(file) === provider && file.endsWith('.provider.test.ts'));
}

function nameOf(pact: Pact): string {
  return `pacts/${basename(pact.file)}`;
}
