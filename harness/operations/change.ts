import { StagegateError } from '../model/index.ts';
import type { MarathonClient, MarathonDeployment, StartedDeployment } from '../platforms/index.ts';
import type { ClusterAccess } from './access.ts';
import { outputOf } from './last-output.ts';
import { marathonOf } from './services.ts';

export interface ChangeOptions {
  /** Supersede a deployment that is under way. */
  readonly force?: boolean;
  /** False: return as soon as Marathon has taken the change. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
}

/** How a change of an app ended. */
export interface ChangeEnd {
  readonly appId: string;
  readonly deploymentId: string;
  /** `started` when nobody waited for it. */
  readonly outcome: 'succeeded' | 'started';
}

/**
 * Sets how many instances of an app there are.
 * @throws `SG_APP_LOCKED` while another deployment changes it, `SG_MARATHON_FAILED`, `SG_DEPLOYMENT_FAILED` when its deployment fails
 */
export async function scaleApp(
  access: ClusterAccess,
  appId: string,
  instances: number,
  options: ChangeOptions,
): Promise<ChangeEnd> {
  const { force, signal } = options;
  return change(access, appId, options, (marathon) => marathon.scale(appId, instances, { force, signal }));
}

/** Replaces every task of an app by a new one, as its upgrade strategy allows. @throws as {@link scaleApp} */
export async function restartApp(
  access: ClusterAccess,
  appId: string,
  options: ChangeOptions,
): Promise<ChangeEnd> {
  const { force, signal } = options;
  return change(access, appId, options, (marathon) => marathon.restart(appId, { force, signal }));
}

async function change(
  access: ClusterAccess,
  appId: string,
  { force = false, wait, signal }: ChangeOptions,
  start: (marathon: MarathonClient) => Promise<StartedDeployment>,
): Promise<ChangeEnd> {
  const marathon = marathonOf(access);
  const { deploymentId } = await start(marathon).catch(async (error: unknown) => {
    const holder = force ? undefined : await holderOf(marathon, appId).catch(() => undefined);
    throw holder === undefined ? error : locked(appId, holder);
  });
  if (!wait) return { appId, deploymentId, outcome: 'started' };
  const end = await marathon.waitForDeployment(deploymentId, { signal });
  if (end === 'failed') {
    throw new StagegateError(
      'SG_DEPLOYMENT_FAILED',
      `${appId}: deployment ${deploymentId} failed.${await lastWords(access, appId)}`,
    );
  }
  return { appId, deploymentId, outcome: 'succeeded' };
}

/** The deployment that holds an app, so that nobody else may change it meanwhile. */
async function holderOf(marathon: MarathonClient, appId: string): Promise<MarathonDeployment | undefined> {
  return (await marathon.deployments()).find(({ affectedApps }) => affectedApps.includes(appId));
}

function locked(
  appId: string,
  { id, currentStep, totalSteps, currentActions = [] }: MarathonDeployment,
): StagegateError {
  const doing = currentActions.map(({ action, app }) => `${action} ${app}`).join(', ');
  return new StagegateError(
    'SG_APP_LOCKED',
    `${appId} is being changed by deployment ${id}, step ${currentStep} of ${totalSteps}${doing === '' ? '' : `: ${doing}`}.`,
  );
}

/** What Marathon and the last task that failed say of it. */
async function lastWords(access: ClusterAccess, appId: string): Promise<string> {
  const failure = (await marathonOf(access).app(appId))?.lastTaskFailure;
  if (failure === undefined) return '';
  const output = await outputOf(access, failure.taskId);
  return ` ${failure.message}${output === '' ? '' : `\n${output}`}`;
}
