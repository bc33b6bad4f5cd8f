import type { DeployManner } from '../environments/index.ts';
import { type BuiltArtifact, placeOf } from '../ledger/index.ts';
import { isDigest, shortDigest } from '../model/index.ts';
import { type DeployedApp, isoNow, type StepContext } from './context.ts';
import { describeLock } from './locks.ts';

export type Begun =
  | { readonly kind: 'begun'; readonly manner: DeployManner }
  | { readonly kind: 'locked'; readonly because: string };

/**
 * Writes down what is about to be changed on a lasting platform, and what is there, so that a command that comes after one
 * that was killed can go on or go back. Only the holder of the environment's lock may.
 */
export async function beginLasting(
  place: { readonly service: string; readonly environment: string; readonly isRollback?: boolean },
  { version, digest }: BuiltArtifact,
  context: StepContext,
): Promise<Begun> {
  const { service, environment, isRollback = false } = place;
  const { runId, effects, known } = context;
  const lock = context.latest().locks.get(environment);
  if (lock?.runId !== runId) {
    const because = lock === undefined ? `nobody holds the lock of ${environment}` : describeLock(lock);
    return { kind: 'locked', because };
  }
  const interrupted = known.state.startedDeployments.get(placeOf(service, environment));
  const there = await effects.inspect(service, environment);
  const isJoined = interrupted?.digest === digest && there?.digest === digest;
  if (interrupted !== undefined) {
    const what = `the deployment of ${service} ${shortDigest(interrupted.digest)} that run ${interrupted.runId} began`;
    const text = isJoined ? `going on with ${what}` : `replacing ${what} by ${shortDigest(digest)}`;
    context.report({ kind: 'notice', text });
  }
  const before = isJoined ? interrupted.before : asBefore(there);
  await context.append([
    {
      kind: 'deployment-started',
      runId,
      service,
      environment,
      platformId: effects.platformOf(environment).id,
      version,
      digest,
      before,
      rollback: isRollback,
      at: isoNow(context),
    },
  ]);
  const isOurs = interrupted !== undefined;
  const manner = { isOurs, goesBack: !isRollback, before: before?.marathonVersion ?? null };
  return { kind: 'begun', manner };
}

function asBefore(there: DeployedApp | null) {
  if (there === null) return null;
  const { digest, version, marathonVersion } = there;
  return { digest: digest !== null && isDigest(digest) ? digest : null, version, marathonVersion };
}
