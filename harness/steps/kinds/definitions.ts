import type { Step, StepEnd } from '../../engine/index.ts';
import type { LedgerRecord } from '../../ledger/index.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';

/** Reads what is written of every service and records what cannot work, for the gates to judge. */
export interface DefinitionsStep extends Step {
  readonly kind: 'definitions';
  readonly services: readonly string[];
}

export default {
  kind: 'definitions',
  // Reading costs less than finding out whether it must be read.
  inputs: () => ({ answer: null }),
  run: async (steps, context) => Promise.all(steps.map((step) => check(step, context))),
} satisfies StepKind<DefinitionsStep>;

async function check({ services }: DefinitionsStep, context: StepContext): Promise<StepEnd> {
  const found = await context.effects.checkDefinitions();
  const at = isoNow(context);
  await context.append(
    services.map(
      (service): LedgerRecord => ({
        kind: 'definition',
        runId: context.runId,
        service,
        findings: found
          .filter((finding) => finding.service === service)
          .map(({ check, reason, key, advice }) => ({
            check,
            reason,
            ...(key === undefined ? {} : { key }),
            ...(advice === undefined ? {} : { advice }),
          })),
        at,
      }),
    ),
  );
  const defects = found.filter(({ advice }) => advice !== true);
  if (defects.length === 0) return { outcome: 'pass' };
  return {
    outcome: 'fail',
    detail: defects.map(({ service, reason }) => `${service}: ${reason}`).join('\n'),
  };
}
