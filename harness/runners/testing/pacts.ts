import { readPacts } from '../../contracts/index.ts';
import { stage } from './stage.ts';

/**
 * The folder into which consumer tests let pact write (`dir` of its options). What is written there becomes the
 * committed contract when all consumer tests of the service pass.
 */
export function pactFolder(): string {
  return stage().pacts.write;
}

/** The pact files that a provider has to honour, absolute, by name. */
export function pactsOf(provider: string): string[] {
  return readPacts(stage().pacts.read)
    .filter((pact) => pact.provider === provider)
    .map((pact) => pact.file);
}
