import type { ContractOutcome, ContractResult, InteractionResult } from '../model/index.ts';
import { contentHash } from './canonical-pact.ts';
import type { Pact } from './pact.ts';
import type { PactFile } from './pact-folder.ts';
import type { VerifierResult } from './verifier-report.ts';

const severity: readonly ContractOutcome[] = ['pass', 'pending', 'inconclusive', 'fail'];

/** Why an interaction is inconclusive that no report names. */
export const notReplayed = 'it was not replayed';

/** The worst of some outcomes; nothing at all is inconclusive. */
export function worstOutcome(outcomes: readonly ContractOutcome[]): ContractOutcome {
  if (outcomes.length === 0) return 'inconclusive';
  return outcomes.reduce((a, b) => (severity.indexOf(b) > severity.indexOf(a) ? b : a));
}

/**
 * What is known of a pact from all that its provider's verifications said: an interaction that no report names was not
 * replayed, and of one that was replayed several times the worst counts.
 */
export function contractResult(file: PactFile, results: readonly VerifierResult[]): ContractResult {
  const own = results.filter(({ consumer }) => consumer === file.consumer);
  const parts = file.content.kind === 'sound' ? partsOf(file.content.pact) : [];
  const interactions = parts.map((part, index) => {
    const sameName = parts.slice(0, index).filter((other) => keyOf(other) === keyOf(part)).length;
    const total = parts.filter((other) => keyOf(other) === keyOf(part)).length;
    // Interactions that differ in their states' parameters only are told apart by their order.
    const said = own.filter((one) => keyOf(one) === keyOf(part)).filter((_, at) => at % total === sameName);
    return interactionResult(part, said);
  });
  return {
    consumer: file.consumer,
    provider: file.provider,
    contentHash: contentHash(file.written),
    outcome: worstOutcome(interactions.map(({ outcome }) => outcome)),
    interactions,
  };
}

interface Part {
  readonly description: string;
  readonly states: readonly string[];
}

function partsOf(pact: Pact): Part[] {
  return [...pact.interactions, ...pact.messages].map(({ description, states }) => ({
    description,
    states: states.map(({ name }) => name),
  }));
}

function keyOf({ description, states }: Part): string {
  return JSON.stringify([description, ...states]);
}

function interactionResult(part: Part, said: readonly VerifierResult[]): InteractionResult {
  const outcome = worstOutcome(
    said.map(({ passed, notAsked, pending }) =>
      passed ? 'pass' : notAsked ? 'inconclusive' : pending ? 'pending' : 'fail',
    ),
  );
  if (outcome === 'pass') return { ...part, outcome };
  const differences = said.flatMap((one) => one.differences);
  return {
    ...part,
    outcome,
    because: said.length === 0 ? [notReplayed] : [...new Set(differences)],
  };
}
