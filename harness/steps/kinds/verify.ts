import type { InputSet, Step, StepEnd } from '../../engine/index.ts';
import { type BuiltArtifact, type Evidence, evidenceFor, type LedgerRecord } from '../../ledger/index.ts';
import type { Artifact, StageName, StageResult } from '../../model/index.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';
import { contractRecordsOf, pactRecordsOf } from '../contract-records.ts';
import { controlFailures } from '../control.ts';
import { deployedArtifact, mayEnter } from '../deployed.ts';
import { evidenceOf } from '../evidence.ts';
import { explainFailures } from '../explain-failures.ts';
import { incidentRecords } from '../incident-records.ts';
import { withInvariants } from '../invariants.ts';
import { candidateOf, type Known } from '../known.ts';
import { stageInputs } from '../stage-inputs.ts';

/** Runs one stage's suites of one service and records what they say about its artifact. */
export interface VerifyStep extends Step {
  readonly kind: 'verify';
  readonly stage: StageName;
  readonly service: string;
  /** Where its subject is deployed; null for stages of the test runner. */
  readonly environment: string | null;
  /** Whether a gate lets the subject into the environment. */
  readonly gated: boolean;
}

export default {
  kind: 'verify',
  width: 3,
  inputs: (step, known): InputSet => stageInputs(step, known),
  reusable({ stage, service }, fingerprint, known) {
    const candidate = candidateOf(service, known);
    if (candidate === undefined) return null;
    const earlier = evidenceFor(known.state, candidate, stage).findLast(
      (evidence) => evidence.fingerprint === fingerprint,
    );
    // Only a pass is taken as it was: a failure may have been repaired outside of what a fingerprint can see.
    if (earlier?.status !== 'pass' || isTooOld(earlier, known)) return null;
    return {
      outcome: 'pass',
      detail: testsOf(earlier),
      reused: { runId: earlier.runId, at: earlier.startedAt },
    };
  },
  // The suites of one stage share a test runner: starting one costs more than most suites.
  group: ({ stage }) => stage,
  run: verify,
} satisfies StepKind<VerifyStep>;

/** A gate would not take it: then it is made anew. */
function isTooOld({ stage, startedAt }: Evidence, { config, now }: Known): boolean {
  const limits = config.gates.filter(({ requires }) => requires.includes(stage));
  const hours = Math.min(...limits.map(({ rules }) => rules.evidenceMaxAgeHours ?? Number.POSITIVE_INFINITY));
  return now - Date.parse(startedAt) > hours * 3_600_000;
}

async function verify(steps: readonly VerifyStep[], context: StepContext): Promise<readonly StepEnd[]> {
  const [first] = steps;
  if (first === undefined) return [];
  const { stage, environment } = first;
  const { known, effects, signal } = context;
  const subjects = new Map(steps.map((step) => [step.service, subjectOf(step, context)]));
  const ready = [...subjects].filter(([, subject]) => subject.kind === 'ready').map(([service]) => service);
  const artifacts = artifactsFor(first, context);
  const sinceMs = context.clock.now();
  const tested =
    ready.length === 0
      ? []
      : await effects.runStage(
          {
            stage,
            services: ready,
            environment,
            artifacts,
            onTest: (service, test) => context.report({ kind: 'test-finished', stage, service, test }),
          },
          signal,
        );
  const controlled = await controlFailures(tested, { stage, environment, artifacts }, context);
  const { results: explained, incidents } = await explainFailures(
    controlled,
    { stage, environment, sinceMs, artifacts },
    context,
  );
  const told = await withInvariants(explained, { stage, environment, artifacts, step: first.id }, context);
  // Pacts stay as they are: they are committed files, known by their content.
  const ran = told.map((result) => ({ ...context.clean(result), ...pactsIn(result) }));
  const beside = environment === null ? [] : versionsOf(artifacts);
  const records: LedgerRecord[] = [...incidentRecords(incidents, context.runId)];
  const objects: string[] = [];
  const results: StageResult[] = [];
  const ends = steps.map((step): StepEnd => {
    const subject = subjects.get(step.service);
    if (subject === undefined || subject.kind === 'absent')
      return { outcome: 'skipped', detail: 'there is no artifact: its build failed' };
    const result =
      subject.kind === 'blocked'
        ? skippedResult(subject.artifact, stage, subject.because, context)
        : ran.find(({ service }) => service === step.service);
    if (result === undefined) return { outcome: 'inconclusive', detail: 'the test runner gave no result' };
    const { evidence, cases } = evidenceOf(result, {
      environment,
      beside: stage === 'acceptance' ? beside : beside.filter(({ service }) => service === step.service),
      fingerprint: context.fingerprintOf(step.id),
    });
    records.push({ kind: 'evidence', runId: context.runId, evidence });
    records.push(
      ...contractRecordsOf(result, context.runId, (service) => candidateOf(service, known)?.digest),
    );
    const published = pactRecordsOf(result, context.runId, candidateOf(step.service, known)?.version ?? '');
    records.push(...published.records);
    objects.push(...published.objects);
    if (cases !== null) objects.push(cases);
    results.push(result);
    const detail = result.because ?? testsOf(evidence);
    return { outcome: result.status, detail };
  });
  await context.append(records, objects);
  for (const text of results.flatMap(({ gaps = [] }) => gaps)) context.report({ kind: 'notice', text });
  for (const result of results) context.report({ kind: 'stage-finished', result });
  return ends;
}

function pactsIn({ pacts }: StageResult): Pick<StageResult, 'pacts'> {
  return pacts === undefined ? {} : { pacts };
}

/** What the suites find deployed, or what was built. */
function artifactsFor(
  { stage, environment }: VerifyStep,
  context: StepContext,
): ReadonlyMap<string, BuiltArtifact> {
  const { known } = context;
  const found = known.config.services.flatMap(({ name }) => {
    const artifact =
      stage === 'acceptance' && environment !== null
        ? deployedArtifact(name, environment, context)
        : candidateOf(name, known);
    return artifact === undefined ? [] : [[name, artifact] as const];
  });
  return new Map(found);
}

type Subject =
  | { readonly kind: 'ready' }
  | { readonly kind: 'blocked'; readonly artifact: Artifact; readonly because: string }
  | { readonly kind: 'absent' };

function subjectOf(step: VerifyStep, context: StepContext): Subject {
  const { known } = context;
  const artifact = candidateOf(step.service, known);
  if (artifact === undefined) return { kind: 'absent' };
  const because = whyNot(step, artifact, context);
  return because === null ? { kind: 'ready' } : { kind: 'blocked', artifact, because };
}

/** Why a service is not tested in this stage; null when it is. */
function whyNot(step: VerifyStep, artifact: BuiltArtifact, context: StepContext): string | null {
  const { environment, gated, stage } = step;
  const { known } = context;
  if (environment === null) return null;
  if (gated && !mayEnter(artifact, environment, known)) return `not promoted to ${environment}`;
  if (stage !== 'acceptance') return null;
  // The subject of acceptance is the system: without a part of it, every journey would blame the innocent.
  const missing = known.config.services
    .map(({ name }) => name)
    .filter((name) => deployedArtifact(name, environment, context) === undefined);
  return missing.length === 0
    ? null
    : `incomplete system: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not deployed in ${environment}`;
}

function skippedResult(
  artifact: Artifact,
  stage: StageName,
  because: string,
  context: StepContext,
): StageResult {
  return {
    stage,
    service: artifact.service,
    status: 'skipped',
    tests: { passed: 0, failed: 0, skipped: 0 },
    cases: [],
    digest: artifact.digest,
    runtime: context.known.runtime,
    startedAt: isoNow(context),
    durationMs: 0,
    because,
  };
}

function versionsOf(artifacts: ReadonlyMap<string, Artifact>): Evidence['beside'] {
  return [...artifacts.values()].map(({ service, digest }) => ({ service, digest }));
}

function testsOf({ tests }: Pick<Evidence, 'tests'>): string {
  return `${tests.passed} of ${tests.passed + tests.failed} tests`;
}
