import { artifactOf, type BuiltArtifact, promotedIn } from '../ledger/index.ts';
import {
  type Artifact,
  type ControlRound,
  StagegateError,
  type StageName,
  type StageResult,
} from '../model/index.ts';
import type { StepContext } from './context.ts';
import { serviceNamed } from './known.ts';

/** A stage in which something failed. */
export interface FailedStage {
  readonly stage: StageName;
  readonly environment: string | null;
  readonly artifacts: ReadonlyMap<string, Artifact>;
}

/** What is tested in place of what failed. */
export interface DeployedToday {
  readonly artifacts: ReadonlyMap<string, Artifact>;
  /** The copy of the environment that holds it; absent where tests deploy their subject themselves. */
  readonly copy?: string;
}

type Rounds = ReadonlyMap<string, ControlRound>;

const copy = 'control';

/**
 * Has `work` test the versions deployed today: a single service in its place, a system in a copy of the environment that is
 * taken away again. Where there is no earlier version, or its bytes can no longer be had, there is nothing to test.
 */
export async function withDeployedToday(
  about: FailedStage,
  failing: readonly StageResult[],
  context: StepContext,
  work: (deployed: DeployedToday) => Promise<Rounds>,
): Promise<Rounds> {
  const { known } = context;
  const subjects =
    about.stage === 'acceptance' ? [...about.artifacts.keys()] : failing.map(({ service }) => service);
  const today = subjects.flatMap((service) => {
    const artifact = promotedToday(service, { known });
    return artifact === undefined || !known.hasArtifact(artifact) ? [] : [[service, artifact] as const];
  });
  if (today.length < subjects.length) return new Map();
  const artifacts = new Map([...about.artifacts, ...today]);
  return about.stage === 'acceptance' ? inCopy({ ...about, artifacts }, context, work) : work({ artifacts });
}

async function inCopy(
  { artifacts, environment }: FailedStage,
  context: StepContext,
  work: (deployed: DeployedToday) => Promise<Rounds>,
): Promise<Rounds> {
  if (environment === null) return new Map();
  try {
    await Promise.all(
      [...artifacts].map(([name, artifact]) =>
        context.effects.deploy(
          {
            service: serviceNamed(context.known.config, name),
            environment,
            artifact,
            copy,
            onProgress: () => {},
          },
          context.signal,
        ),
      ),
    );
    return await work({ artifacts, copy });
  } catch (error) {
    // That today's versions cannot be deployed is no answer about the new ones.
    if (error instanceof StagegateError && error.code === 'SG_DEPLOYMENT_FAILED') return new Map();
    throw error;
  } finally {
    await context.effects.removeCopy(environment, copy).catch(() => {});
  }
}

/** What the last environment that was cleared for any version of the service was cleared for. */
export function promotedToday(
  service: string,
  { known }: Pick<StepContext, 'known'>,
): BuiltArtifact | undefined {
  const promoted = known.config.environments
    .map(({ name }) => promotedIn(known.state, service, name))
    .findLast((one) => one !== undefined);
  return promoted && artifactOf(known.state, { digest: promoted.digest });
}
