import { artifactOf, type BuiltArtifact, promotedIn } from '../ledger/index.ts';
import { firstLine, StagegateError, shortDigest } from '../model/index.ts';
import { isoNow, type StepContext } from './context.ts';
import { serviceNamed } from './known.ts';

/**
 * Brings back what the environment was last cleared for: it was verified there. What was never there before is taken out.
 * Resolves to what became of it, in a sentence.
 */
export async function restore(
  service: string,
  { stepId, environment }: { readonly stepId: string; readonly environment: string },
  context: StepContext,
): Promise<string> {
  const { known, effects, signal } = context;
  const promoted = promotedIn(known.state, service, environment);
  const before = promoted && artifactOf(known.state, { digest: promoted.digest });
  if (before === undefined) {
    await effects.remove(service, environment);
    return `${service} was taken out of ${environment}, where it had never been before`;
  }
  const onProgress = (text: string): void =>
    context.report({ kind: 'step-progress', step: stepId, text: `${service}: ${text}` });
  onProgress(`going back to ${before.version}`);
  try {
    const { tasks } = await effects.deploy(
      {
        service: serviceNamed(known.config, service),
        environment,
        artifact: before,
        manner: { isOurs: true, goesBack: false },
        onProgress,
      },
      signal,
    );
    await record(before, environment, { outcome: 'pass', tasks }, context);
    return `${service} went back to ${before.version} (${shortDigest(before.digest)})`;
  } catch (error) {
    if (!(error instanceof StagegateError) || error.code !== 'SG_DEPLOYMENT_FAILED') throw error;
    const because = firstLine(error.message);
    await record(before, environment, { outcome: 'fail', because }, context);
    return `${service} could not go back to ${before.version}: ${because}`;
  }
}

async function record(
  { service, version, digest }: BuiltArtifact,
  environment: string,
  end: { readonly outcome: 'pass' | 'fail'; readonly tasks?: number; readonly because?: string },
  context: StepContext,
): Promise<void> {
  const platform = { ...context.effects.platformOf(environment) };
  const about = { service, environment, platform, version, digest, fingerprint: null };
  await context.append([
    {
      kind: 'deployment',
      runId: context.runId,
      deployment: { ...about, ...end, at: isoNow(context) },
    },
  ]);
}
