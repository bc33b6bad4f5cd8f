import type { Step, StepEnd } from '../../engine/index.ts';
import { type BuiltArtifact, type LedgerRecord, promotedIn } from '../../ledger/index.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';
import { deployedInRun } from '../deployed.ts';
import { candidateOf } from '../known.ts';
import { restore } from '../restore.ts';
import { failureInRun } from '../set-failures.ts';

/** Ends a promotion of services that go together: all are recorded as promoted, or all are taken back. */
export interface SettleStep extends Step {
  readonly kind: 'settle';
  /** In the order in which they were deployed. */
  readonly services: readonly string[];
  readonly environment: string;
  /** False where nothing outlives the command, so that nothing was deployed. */
  readonly lasting: boolean;
  readonly isRollback: boolean;
  /** Why it is rolled back, for the hold on what it left. */
  readonly reason: string;
}

export default {
  kind: 'settle',
  inputs: () => ({ outcome: null }),
  run: async (steps, context) => Promise.all(steps.map((step) => settle(step, context))),
} satisfies StepKind<SettleStep>;

interface Failure {
  readonly service: string;
  readonly because: string;
}

async function settle(step: SettleStep, context: StepContext): Promise<StepEnd> {
  const failures = step.services.flatMap((service): readonly Failure[] => {
    const because = failureInRun(service, step.environment, context);
    return because === undefined ? [] : [{ service, because }];
  });
  if (failures.length > 0) return takeBack(step, failures, context);
  const artifacts = step.services.flatMap((service) => promotable(service, step, context) ?? []);
  if (artifacts.length < step.services.length) {
    return { outcome: 'skipped', detail: 'not everything was deployed' };
  }
  await context.append([
    ...artifacts.flatMap((artifact) => (step.isRollback ? holdsOf(artifact, step, context) : [])),
    ...artifacts.map((artifact) => promotionOf(artifact, step, context)),
  ]);
  return { outcome: 'pass' };
}

function promotable(
  service: string,
  { environment, lasting }: SettleStep,
  { known, runId }: StepContext,
): BuiltArtifact | undefined {
  const artifact = candidateOf(service, known);
  const isThere = deployedInRun(known.state, { service, environment, runId })?.digest === artifact?.digest;
  return !lasting || isThere ? artifact : undefined;
}

/** The last one that was deployed goes back first. What failed is held until somebody approves it again. */
async function takeBack(
  step: SettleStep,
  failures: readonly Failure[],
  context: StepContext,
): Promise<StepEnd> {
  const { environment, isRollback } = step;
  const { runId } = context;
  const told = failures.map(({ service, because }) => `${service}: ${because}`);
  if (isRollback) {
    const detail = `${told.join('; ')}; a rollback is not rolled back: look at it, then promote or roll back again`;
    return { outcome: 'fail', detail };
  }
  for (const service of step.services.toReversed()) {
    if (deployedInRun(context.known.state, { service, environment, runId }) === undefined) continue;
    told.push(await restore(service, { stepId: step.id, environment }, context));
  }
  await context.append(
    failures.flatMap(({ service, because }): LedgerRecord[] => {
      const digest = candidateOf(service, context.known)?.digest;
      if (digest === undefined) return [];
      const at = isoNow(context);
      return [{ kind: 'hold', runId, service, environment, digest, by: 'stagegate', reason: because, at }];
    }),
  );
  return { outcome: 'fail', detail: told.join('; ') };
}

function promotionOf(
  { service, version, digest }: BuiltArtifact,
  { environment, isRollback }: SettleStep,
  context: StepContext,
): LedgerRecord {
  const at = isoNow(context);
  const about = {
    kind: 'promotion',
    runId: context.runId,
    service,
    environment,
    version,
    digest,
    at,
  } as const;
  return isRollback ? { ...about, rollback: true } : about;
}

/** What is left in a rollback does not come back by itself. */
function holdsOf(
  { service, digest }: BuiltArtifact,
  { environment, reason }: SettleStep,
  context: StepContext,
): LedgerRecord[] {
  const left = promotedIn(context.known.state, service, environment);
  if (left === undefined || left.digest === digest) return [];
  const { runId } = context;
  const by = 'stagegate rollback';
  return [
    { kind: 'hold', runId, service, environment, digest: left.digest, by, reason, at: isoNow(context) },
  ];
}
