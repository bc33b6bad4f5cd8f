import type { Step, StepEnd } from '../../engine/index.ts';
import { artifactOf } from '../../ledger/index.ts';
import { firstLine, StagegateError, shortDigest } from '../../model/index.ts';
import { isoNow, type StepContext, type StepKind } from '../context.ts';
import { buildInputs, serviceNamed } from '../known.ts';

/** Builds one service into its artifact. */
export interface BuildStep extends Step {
  readonly kind: 'build';
  readonly service: string;
}

export default {
  kind: 'build',
  width: 2,
  inputs: ({ service }, known) => buildInputs(service, known),
  reusable({ service }, fingerprint, { state, hasArtifact }) {
    const artifact = artifactOf(state, { service, fingerprint });
    if (artifact === undefined || state.buildFailures.has(service) || !hasArtifact(artifact)) return null;
    const { runId, builtAt: at, version, digest } = artifact;
    return { outcome: 'pass', detail: `${version} ${shortDigest(digest)}`, reused: { runId, at } };
  },
  run: async (steps, context) => Promise.all(steps.map((step) => build(step, context))),
} satisfies StepKind<BuildStep>;

async function build({ service, id }: BuildStep, context: StepContext): Promise<StepEnd> {
  const { known, effects, runId, signal } = context;
  const fingerprint = context.fingerprintOf(id);
  try {
    const artifact = await effects.build(serviceNamed(known.config, service), signal);
    await context.append([{ kind: 'artifact', runId, fingerprint, artifact: { ...artifact } }]);
    context.report({ kind: 'artifact-built', artifact });
    return { outcome: 'pass', detail: `${artifact.version} ${shortDigest(artifact.digest)}` };
  } catch (error) {
    if (!(error instanceof StagegateError) || error.code !== 'SG_BUILD_FAILED') throw error;
    const because = firstLine(error.message);
    const at = isoNow(context);
    await context.append([{ kind: 'build-failure', runId, service, fingerprint, because, at }]);
    return { outcome: 'fail', detail: [error.message, ...error.problems].join('\n') };
  }
}
