import type { InputSet, Step, StepEnd } from '../../engine/index.ts';
import {
  artifactOf,
  type BuiltArtifact,
  deployedNow,
  type LedgerRecord,
  lastAttempt,
  lastVerdict,
  promotedIn,
} from '../../ledger/index.ts';
import { firstLine, StagegateError } from '../../model/index.ts';
import { beginLasting } from '../begin-lasting.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';
import { deployedArtifact, isPromoted, mayEnter, versionFor } from '../deployed.ts';
import { incidentRecords } from '../incident-records.ts';
import {
  candidateOf,
  commonInputs,
  definitionInput,
  environmentInput,
  externalsInput,
  type Known,
  serviceNamed,
} from '../known.ts';
import { failureInRun } from '../set-failures.ts';
import { misfit } from '../still-fits.ts';

/** Deploys one service into one environment: its candidate if it may enter, else the version it was promoted with. */
export interface DeployStep extends Step {
  readonly kind: 'deploy';
  readonly service: string;
  readonly environment: string;
  readonly neighbours: readonly string[];
  /** Whether only a verdict lets the candidate in. */
  readonly gated: boolean;
  /** Whether a version that becomes healthy is recorded as promoted. */
  readonly promotes: boolean;
  /** Whether the environment outlives the command: then what is deployed there is looked at, not remembered. */
  readonly lasting: boolean;
  /** Id of a platform that the command holds: only what is deployed there now stands for the work. */
  readonly heldOn?: string;
  /** Services that are deployed all or none, this one included. Absent: each by itself. */
  readonly set?: readonly string[];
  readonly isRollback?: boolean;
}

export default {
  kind: 'deploy',
  inputs: deployInputs,
  reusable(step, fingerprint, known) {
    if (step.lasting) return null;
    const version = versionFor(step, known);
    if (version === undefined || mayStillChange(step, version, known)) return null;
    if (step.heldOn !== undefined) return standsOn(step.heldOn, step, version, fingerprint, known);
    const attempt = lastAttempt(known.state, step.service, step.environment, version.digest);
    if (attempt?.outcome !== 'pass' || attempt.fingerprint !== fingerprint) return null;
    if (step.promotes && !isPromoted(version, step.environment, known.state)) return null;
    return { outcome: 'pass', reused: { runId: attempt.runId, at: attempt.at } };
  },
  run: async (steps, context) => Promise.all(steps.map((step) => deploy(step, context))),
} satisfies StepKind<DeployStep>;

/** The deployment of the same version, from the same inputs, on a platform that is there now. */
function standsOn(
  platformId: string,
  { service, environment }: DeployStep,
  { digest }: BuiltArtifact,
  fingerprint: string,
  { state }: Known,
): StepEnd | null {
  const now = deployedNow(state, service, environment);
  const isSame = now?.platform.id === platformId && now.digest === digest && now.fingerprint === fingerprint;
  return isSame ? { outcome: 'pass', reused: { runId: now.runId, at: now.at } } : null;
}

/** Before it is built, or its gate has been asked in this run, a new candidate may yet take the place of the promoted version. */
function mayStillChange(
  { service, environment, gated }: DeployStep,
  version: BuiltArtifact,
  known: Known,
): boolean {
  const candidate = candidateOf(service, known);
  if (candidate === undefined) return known.state.buildFailures.get(service)?.runId !== known.runId;
  if (!gated || candidate.digest === version.digest) return false;
  return lastVerdict(known.state, service, environment, candidate.digest)?.runId !== known.runId;
}

function deployInputs(step: DeployStep, known: Known): InputSet {
  // What is there is looked at, and can change without us.
  if (step.lasting) return { there: null };
  const version = versionFor(step, known);
  return {
    ...commonInputs(known),
    version: version?.digest ?? 'none',
    definition: definitionInput(step.service, known),
    environment: environmentInput(step.environment, known),
    cluster: JSON.stringify(known.config.cluster),
    externals: externalsInput([step.service], known),
  };
}

async function deploy(step: DeployStep, context: StepContext): Promise<StepEnd> {
  const { effects, signal, known } = context;
  const { service, environment } = step;
  const version = versionFor(step, known);
  if (version === undefined) return { outcome: 'skipped', detail: whyNothing(step, known) };
  if (!known.hasArtifact(version)) {
    return {
      outcome: 'skipped',
      detail: `the bytes of ${version.version} can no longer be had; build that commit again`,
    };
  }
  const there = deployedArtifact(service, environment, context);
  if (step.lasting && there !== undefined && !isLetIn(step, known)) {
    // Today's definition and settings were let in no more than today's bytes.
    return {
      outcome: 'skipped',
      detail: `not promoted to ${environment}, which keeps ${there.version} as it is`,
    };
  }
  const missing = step.neighbours.filter(
    (neighbour) => deployedArtifact(neighbour, environment, context) === undefined,
  );
  if (missing.length > 0) {
    const detail = `it calls ${missing.join(', ')}, which is not deployed in ${environment}`;
    return { outcome: 'skipped', detail };
  }
  const unfit = step.gated ? misfit(version, step, context) : null;
  if (unfit !== null) return { outcome: 'skipped', detail: unfit };
  const sinceMs = context.clock.now();
  const failed = step.set?.find((other) => failureInRun(other, environment, context) !== undefined);
  if (failed !== undefined) return { outcome: 'skipped', detail: `${failed} failed, and they go together` };
  const begun = step.lasting ? await beginLasting(step, version, context) : null;
  if (begun?.kind === 'locked') return { outcome: 'pending', detail: begun.because };
  try {
    const { tasks } = await effects.deploy(
      {
        service: serviceNamed(known.config, service),
        environment,
        artifact: version,
        ...(begun === null ? {} : { manner: begun.manner }),
        onProgress: (text) => context.report({ kind: 'step-progress', step: step.id, text }),
      },
      signal,
    );
    await context.append([
      recordOf(step, version, context, { outcome: 'pass', tasks }),
      ...(step.promotes && !isPromoted(version, environment, known.state)
        ? [promotionOf(step, version, context)]
        : []),
    ]);
    return { outcome: 'pass' };
  } catch (error) {
    if (!(error instanceof StagegateError) || error.code !== 'SG_DEPLOYMENT_FAILED') throw error;
    const because = firstLine(error.message).replace(`${service} in ${environment}: `, '');
    const { incidents } = await effects.observe({ environment, sinceMs, tags: [] });
    await context.append([
      ...incidentRecords(
        incidents.filter((one) => one.service === service),
        context.runId,
      ),
      recordOf(step, version, context, { outcome: 'fail', because }),
    ]);
    await putBack(step, version, context);
    return { outcome: 'fail', detail: error.message };
  }
}

function isLetIn({ service, environment, gated }: DeployStep, known: Known): boolean {
  const candidate = candidateOf(service, known);
  return !gated || (candidate !== undefined && mayEnter(candidate, environment, known));
}

/** In an environment that begins empty, the promoted version takes its place, so that those that call it can go on. */
async function putBack(step: DeployStep, failed: BuiltArtifact, context: StepContext): Promise<void> {
  const { service, environment, lasting } = step;
  const { known, effects, signal } = context;
  const promoted = promotedIn(known.state, service, environment);
  const artifact = promoted && artifactOf(known.state, { digest: promoted.digest });
  if (lasting || artifact === undefined || artifact.digest === failed.digest || !known.hasArtifact(artifact))
    return;
  const order = { service: serviceNamed(known.config, service), environment, artifact };
  const onProgress = (text: string) => context.report({ kind: 'step-progress', step: step.id, text });
  try {
    const { tasks } = await effects.deploy({ ...order, onProgress }, signal);
    await context.append([recordOf(step, artifact, context, { outcome: 'pass', tasks })]);
  } catch (error) {
    if (!(error instanceof StagegateError) || error.code !== 'SG_DEPLOYMENT_FAILED') throw error;
    onProgress(`${artifact.version}, promoted before, did not become healthy either`);
  }
}

function whyNothing({ service, environment, gated }: DeployStep, { state, runId }: Known): string {
  if (state.buildFailures.get(service)?.runId === runId) return 'there is no artifact: its build failed';
  const verdict = lastVerdict(state, service, environment);
  return gated && verdict !== undefined ? `not promoted to ${environment}` : 'there is no artifact';
}

function recordOf(
  { id, service, environment }: DeployStep,
  { version, digest }: BuiltArtifact,
  context: StepContext,
  end: { readonly outcome: 'pass' | 'fail'; readonly tasks?: number; readonly because?: string },
): LedgerRecord {
  const platform = { ...context.effects.platformOf(environment) };
  const fingerprint = context.fingerprintOf(id);
  const deployment = {
    service,
    environment,
    platform,
    version,
    digest,
    fingerprint,
    ...end,
    at: isoNow(context),
  };
  return { kind: 'deployment', runId: context.runId, deployment };
}

function promotionOf(
  { service, environment }: DeployStep,
  { version, digest }: BuiltArtifact,
  context: StepContext,
): LedgerRecord {
  return {
    kind: 'promotion',
    runId: context.runId,
    service,
    environment,
    version,
    digest,
    at: isoNow(context),
  };
}
