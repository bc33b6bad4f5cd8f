import type { Config } from '../../config/index.ts';
import { applyEntries, foldState, type Ledger, type State } from '../../ledger/index.ts';
import { type RuntimeName, StagegateError, type Verdict } from '../../model/index.ts';
import type { Plan, Planned } from '../../plans/index.ts';
import { type Check, loadChecks } from '../../policy/index.ts';
import { type GateStep, judgeGate } from '../../steps/index.ts';
import { openKnown } from '../open-known.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';

/** A project as a question about its gates needs it. */
export interface OpenGate {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly state: State;
  readonly checks: readonly Check[];
}

export async function openGate(file: string | undefined): Promise<OpenGate> {
  const config = await openProject(file);
  const [ledger, checks] = await Promise.all([openProjectLedger(config), loadChecks()]);
  return { config, ledger, state: foldState(ledger.entries), checks };
}

/** @throws `SG_USAGE` with every problem */
export function planOf(planned: Planned): Plan {
  if (planned.kind === 'plan') return planned.plan;
  throw new StagegateError('SG_USAGE', planned.problems.join('\n'));
}

/** What the gates of a plan say now, each knowing what those before it said. Writes nothing. */
export function askGates(
  { config, state, checks }: OpenGate,
  plan: Plan,
  decidedAt: string,
): readonly Verdict[] {
  const knownAt = openKnown(config, {
    runtime: runtimeOf(plan, state),
    runId: null,
    ...(plan.pinned === undefined ? {} : { pinned: plan.pinned }),
  });
  let assumed = state;
  return plan.steps.flatMap((step) => {
    if (step.kind !== 'gate') return [];
    const verdict = judgeGate(step as GateStep, knownAt(assumed), { checks, decidedAt });
    if (verdict === undefined) return [];
    const record = { kind: 'verdict', runId: 'assumed', verdict } as const;
    assumed = applyEntries(assumed, [{ id: state.head ?? '', previous: null, version: 3, record }]);
    return [verdict];
  });
}

/** What the artifacts of a plan run under. @throws `SG_USAGE` where they differ */
export function runtimeOf({ pinned = new Map(), services }: Plan, { artifacts }: State): RuntimeName {
  const runtimes = new Set(
    services.flatMap(
      (service) =>
        artifacts.findLast((one) => one.service === service && one.digest === pinned.get(service))?.runtime ??
        [],
    ),
  );
  const [first = 'process', second] = runtimes;
  if (second === undefined) return first;
  throw new StagegateError(
    'SG_USAGE',
    'Some of these versions were built as images and some as processes; promote them one by one.',
  );
}
