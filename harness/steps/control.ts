import { evidenceFor } from '../ledger/index.ts';
import {
  type Artifact,
  type Control,
  type ControlRound,
  controlSentence,
  type StageName,
  type StageResult,
} from '../model/index.ts';
import type { StepContext } from './context.ts';
import { type FailedStage, promotedToday, withDeployedToday } from './deployed-today.ts';

/**
 * Runs the failing test files again, and, where they fail again, against the versions deployed today. Every result that
 * failed says what was found; none becomes a pass by it.
 */
export async function controlFailures(
  results: readonly StageResult[],
  about: FailedStage,
  context: StepContext,
): Promise<readonly StageResult[]> {
  const failing = results.filter(({ status }) => status === 'fail');
  if (failing.length === 0 || context.signal.aborted) return results;
  const again = await repeat(failing, about, context);
  const still = failing.filter((result) => (again.get(result.service)?.failed ?? 1) > 0);
  const today = await againstToday(still, about, context);
  return results.map((result) =>
    result.status === 'fail'
      ? withControl(result, again.get(result.service), today.get(result.service))
      : result,
  );
}

type Rounds = ReadonlyMap<string, ControlRound>;

/** Consumers and providers of pacts are judged together, and what a pact says is no matter of luck. */
async function repeat(
  failing: readonly StageResult[],
  about: FailedStage,
  context: StepContext,
): Promise<Rounds> {
  if (about.stage === 'contract') return new Map();
  const ran = await runAgain(failing, about, context);
  return new Map(ran.map((result) => [result.service, roundOf(result, 'candidate', about.artifacts)]));
}

async function againstToday(
  failing: readonly StageResult[],
  about: FailedStage,
  context: StepContext,
): Promise<Rounds> {
  if (failing.length === 0) return new Map();
  if (about.environment === null) return recorded(failing, about.stage, context);
  return withDeployedToday(about, failing, context, async (deployed) => {
    const ran = await runAgain(failing, { ...about, ...deployed }, context);
    return new Map(
      ran.map((result) => [result.service, roundOf(result, 'deployed today', deployed.artifacts)]),
    );
  });
}

async function runAgain(
  failing: readonly StageResult[],
  { stage, environment, artifacts, copy }: FailedStage & { readonly copy?: string },
  { effects, signal }: StepContext,
): Promise<readonly StageResult[]> {
  const files = failing
    .flatMap(({ cases }) => cases.filter(({ outcome }) => outcome === 'fail'))
    .map((one) => one.file);
  return effects.runStage(
    {
      stage,
      services: failing.map(({ service }) => service),
      environment,
      artifacts,
      files: [...new Set(files)],
      onTest: () => {},
      ...(copy === undefined ? {} : { copy }),
    },
    signal,
  );
}

/** Stages of the test runner test sources, so the version deployed today is what the ledger says of it. */
function recorded(failing: readonly StageResult[], stage: StageName, { known }: StepContext): Rounds {
  return new Map(
    failing.flatMap(({ service, digest }) => {
      const today = promotedToday(service, { known });
      const passed =
        today && evidenceFor(known.state, today, stage).findLast(({ status }) => status === 'pass');
      if (today === undefined || passed === undefined || today.digest === digest) return [];
      const { tests } = passed;
      const { version } = today;
      const round = {
        subject: 'deployed today',
        version,
        digest: today.digest,
        passed: tests.passed,
      } as const;
      return [[service, { ...round, failed: 0, failure: null }] as const];
    }),
  );
}

function roundOf(
  { tests, cases, service, because, status }: StageResult,
  subject: ControlRound['subject'],
  artifacts: ReadonlyMap<string, Artifact>,
): ControlRound {
  const artifact = artifacts.get(service);
  const failed = cases.find(({ outcome }) => outcome === 'fail');
  return {
    subject,
    version: artifact?.version ?? null,
    digest: artifact?.digest ?? null,
    passed: tests.passed,
    // A round that proved nothing passed nothing.
    failed: status === 'pass' ? 0 : Math.max(1, tests.failed),
    failure: failed?.failure?.message.split('\n', 1)[0] ?? (status === 'pass' ? null : (because ?? null)),
  };
}

function withControl(
  result: StageResult,
  again: ControlRound | undefined,
  today: ControlRound | undefined,
): StageResult {
  const rounds = [again, today].flatMap((round) => round ?? []);
  const control: Control = { kind: kindOf(again, today), rounds };
  const because = [controlSentence(control), result.because].filter((part) => part !== undefined).join('; ');
  // What fails with the version deployed today as well says nothing about the new one.
  return control.kind === 'infrastructure'
    ? { ...result, status: 'inconclusive', control, because }
    : { ...result, control, because };
}

function kindOf(again: ControlRound | undefined, today: ControlRound | undefined): Control['kind'] {
  if (again?.failed === 0) return 'flaky';
  if (today === undefined) return 'failing';
  return today.failed === 0 ? 'regression' : 'infrastructure';
}
