import type { BuiltArtifact } from '../ledger/index.ts';
import { isoNow, type StepContext } from './context.ts';
import { candidateOf } from './known.ts';

/**
 * Why a version must not be deployed although its gate said yes; null when it may. A neighbour that was to enter with
 * it may have failed since and been rolled back, and then other contracts count.
 */
export function misfit(
  version: BuiltArtifact,
  { environment, neighbours }: { readonly environment: string; readonly neighbours: readonly string[] },
  context: StepContext,
): string | null {
  const { known, checks } = context;
  const question = {
    artifact: version,
    from: environment,
    to: environment,
    neighbours,
    dependsOn: neighbours,
    candidates: known.config.services.flatMap(({ name }) => candidateOf(name, known) ?? []),
    decidedAt: isoNow(context),
  };
  const results = checks
    .filter(({ name }) => name === 'contracts')
    .flatMap((check) => check.judge(question, known.state, { requires: [], checks }));
  return results.find(({ outcome }) => outcome !== 'pass')?.reason ?? null;
}
