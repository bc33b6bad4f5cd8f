import type { AppDefinition } from '../config/index.ts';
import { StagegateError } from '../model/index.ts';
import type { AppFacts } from '../platforms/index.ts';
import type { Clock } from '../plumbing/clock.ts';
import { logText, tellsOfFailure } from '../plumbing/log-text.ts';
import { type Death, type MarathonEvent, notWatched, type Watched, watch } from './deployment-watch.ts';
import { labelNames } from './derive-app.ts';
import { whyNotStaying } from './stay-up.ts';
import type { Stuck } from './stuck.ts';
import { StuckWatch } from './stuck-watch.ts';

/** What deploying needs of Marathon. */
export interface MarathonApi {
  /** Null when there is none. */
  app(id: string): Promise<RunningApp | null>;
  /** Creates or changes an app. With `force`, a running deployment of it is superseded; without, it is refused. */
  putApp(app: AppDefinition, change: { readonly force: boolean }): Promise<StartedDeployment>;
  /** Deploys an earlier version again. */
  restoreApp(id: string, version: string): Promise<StartedDeployment>;
  deleteApp(id: string): Promise<StartedDeployment>;
  /** Events from the moment it resolves on, until the signal aborts or the connection breaks. */
  events(signal: AbortSignal): Promise<AsyncIterable<MarathonEvent>>;
  /** Ids of the deployments that are under way. */
  deployments(): Promise<readonly string[]>;
}

export interface StartedDeployment {
  readonly deploymentId: string;
  /** Of the app, as of the deployment. */
  readonly version: string;
}

export interface RunningApp {
  readonly labels: Readonly<Record<string, string>>;
  readonly version: string;
  readonly instances: number;
  readonly tasks: readonly RunningTask[];
  /** Ids of the deployments that change it just now. */
  readonly deployments: readonly string[];
}

export interface RunningTask {
  readonly id: string;
  readonly version: string;
  readonly state: string;
  /** What its health checks say; true without any. */
  readonly healthy: boolean;
}

export interface DeployTools {
  readonly marathon: MarathonApi;
  readonly clock: Clock;
  /** Last lines a task printed; empty when they cannot be had. */
  lastOutput(taskId: string): Promise<string>;
  /** What can be seen of an app that does not become healthy. */
  inspect(appId: string): Promise<AppFacts>;
  readonly onProgress: (text: string) => void;
}

const defaultDeadlineSeconds = 90;

/** How to treat what is there already. */
export interface DeployManner {
  /** Nobody else changes this app: a deployment under way may be superseded. */
  readonly isOurs: boolean;
  /** Whether a version that does not become healthy is taken back. A rollback is not: there is no other way back. */
  readonly goesBack: boolean;
  /** Marathon's version to go back to, of a deployment that was interrupted; absent: the one there now. */
  readonly before?: string | null;
}

const ours: DeployManner = { isOurs: true, goesBack: true };

/**
 * Brings an app to the version derived for it; resolves to the number of its healthy tasks.
 * @throws `SG_DEPLOYMENT_FAILED` once that has become hopeless or late; by then the version from before is deployed again, or the
 * app is removed, unless `manner` says otherwise.
 */
export async function deployApp(
  app: AppDefinition,
  tools: DeployTools,
  signal: AbortSignal,
  manner: DeployManner = ours,
): Promise<{ readonly tasks: number }> {
  const { marathon } = tools;
  const there = await marathon.app(app.id);
  const ended = await deployAndWatch(app, () => startOrJoin(app, there, manner, tools), tools, signal);
  const outcome = ended.kind === 'succeeded' ? ((await whyNotStaying(app, tools, signal)) ?? ended) : ended;
  if (outcome.kind === 'failed') {
    const output = await lastOutputOf(outcome.deaths, tools);
    if (!manner.goesBack)
      throw deploymentFailed(app, outcome, output, '\nIt was left as it is: a rollback is not rolled back.');
    const before = manner.before === undefined ? (there?.version ?? null) : manner.before;
    await rollBack(app, before, tools, signal);
    throw deploymentFailed(app, outcome, output);
  }
  return { tasks: await verify(app, marathon) };
}

/** A deployment of the same bytes that a command of ours left behind is waited for: starting it again could leave a mix. */
async function startOrJoin(
  app: AppDefinition,
  there: RunningApp | null,
  { isOurs }: DeployManner,
  { marathon, onProgress }: DeployTools,
): Promise<StartedDeployment> {
  const [running] = there?.deployments ?? [];
  if (there === null || running === undefined) return marathon.putApp(app, { force: isOurs });
  if (!isOurs) {
    throw new StagegateError(
      'SG_DEPLOYMENT_LOCKED',
      `${app.id}: deployment ${running} of somebody else changes it just now (/v2/deployments/${running}).`,
    );
  }
  const isSame = there.labels[labelNames.digest] === app.labels?.[labelNames.digest];
  if (!isSame) return marathon.putApp(app, { force: true });
  onProgress(`waiting for deployment ${running}, which is under way`);
  return { deploymentId: running, version: there.version };
}

type DeploymentOutcome = Extract<Watched, { kind: 'succeeded' | 'failed' }>;

/** Starts a deployment and watches it to its end. */
async function deployAndWatch(
  app: AppDefinition,
  start: () => Promise<StartedDeployment>,
  tools: DeployTools,
  signal: AbortSignal,
): Promise<DeploymentOutcome> {
  const { marathon, clock } = tools;
  const enough = new AbortController();
  const deadlineSeconds = deadlineOf(app);
  const deadline = clock.after(deadlineSeconds * 1000, () => enough.abort());
  const stop = AbortSignal.any([signal, enough.signal]);
  const startedMs = clock.monotonic();
  let hopeless = false;
  using stuck = new StuckWatch(app, {
    look: () => tools.inspect(app.id),
    clock,
    onHopeless: () => {
      hopeless = true;
      enough.abort();
    },
  });
  let watched = notWatched;
  try {
    // Before the deployment starts, or its end could be missed.
    let events = await marathon.events(stop);
    const { deploymentId, version } = await start();
    const deployment = { appId: app.id, deploymentId, version };
    for (;;) {
      for await (const event of events) {
        const after = watch(watched, event, deployment);
        if (after.kind === 'going' && after !== watched) {
          tools.onProgress(`${after.deaths.length} of its tasks died: ${after.deaths.at(-1)?.message}`);
        }
        watched = after;
        if (watched.kind !== 'going') return withReason(watched, stuck.last);
      }
      if (stop.aborted) break;
      // Marathon changed its leader, or the network broke: what happened meanwhile is told by what is left to do.
      tools.onProgress('Marathon ended the stream of events; asking again');
      events = await marathon.events(stop);
      if (!(await marathon.deployments()).includes(deploymentId)) return { kind: 'succeeded' };
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    deadline.cancel();
    enough.abort();
  }
  signal.throwIfAborted();
  const deaths = watched.kind === 'going' ? watched.deaths : [];
  const waitedSeconds = hopeless ? Math.round((clock.monotonic() - startedMs) / 1000) : deadlineSeconds;
  const why = stuck.last === null ? '' : `: ${stuck.last.because}`;
  const early = hopeless ? `, given up after ${waitedSeconds} s` : ` after ${waitedSeconds} s`;
  return { kind: 'failed', deaths, because: `not healthy${early}${why}` };
}

/** How its checks were answered while its tasks died says more than that they died. */
function withReason(watched: DeploymentOutcome, stuck: Stuck | null): DeploymentOutcome {
  if (watched.kind === 'succeeded' || stuck === null || watched.deaths.at(-1)?.state !== 'unhealthy')
    return watched;
  return { ...watched, because: `${stuck.because}; ${watched.because}` };
}

/** A broken digest must not stay deployed. */
async function rollBack(
  app: AppDefinition,
  before: string | null,
  tools: DeployTools,
  signal: AbortSignal,
): Promise<void> {
  const { marathon } = tools;
  if (before === null) {
    tools.onProgress('removing it');
    await marathon.deleteApp(app.id);
    return;
  }
  tools.onProgress(`going back to the version of ${before}`);
  const restored = await deployAndWatch(app, () => marathon.restoreApp(app.id, before), tools, signal);
  if (restored.kind === 'failed') {
    throw new StagegateError(
      'SG_MARATHON_FAILED',
      `${app.id}: what stood before could not be restored: ${restored.because}`,
    );
  }
}

/** Counts the healthy tasks of the version. @throws `SG_DEPLOYMENT_FAILED` when another digest is deployed, or too few are healthy */
async function verify(app: AppDefinition, marathon: MarathonApi): Promise<number> {
  const deployed = await marathon.app(app.id);
  const wanted = app.labels?.[labelNames.digest];
  const found = deployed?.labels[labelNames.digest];
  const ofVersion = deployed?.tasks.filter(({ version }) => version === deployed.version) ?? [];
  const healthy = ofVersion.filter((task) => task.state === 'TASK_RUNNING' && task.healthy);
  if (found !== wanted || healthy.length < (app.instances ?? 1)) {
    throw new StagegateError(
      'SG_DEPLOYMENT_FAILED',
      `${app.id}: expected ${wanted}, found ${healthy.length} healthy tasks of ${found ?? 'no digest'} after the deployment`,
    );
  }
  return healthy.length;
}

async function lastOutputOf(deaths: readonly Death[], tools: DeployTools): Promise<string> {
  const last = deaths.at(-1);
  return last === undefined ? '' : tools.lastOutput(last.taskId).catch(() => '');
}

function deploymentFailed(
  app: AppDefinition,
  outcome: Extract<Watched, { kind: 'failed' }>,
  output: string,
  note = '',
): StagegateError {
  const service = app.labels?.[labelNames.service] ?? app.id;
  const environment = app.labels?.[labelNames.environment] ?? '';
  const last = outcome.deaths.at(-1);
  const ended = last === undefined ? '' : `; the last: ${last.state}, ${last.message}`;
  if (last !== undefined && /Docker engine (?:does not answer|went away)/.test(last.message)) {
    return new StagegateError('SG_ENGINE_FAILED', `${service} in ${environment}: ${last.message}`);
  }
  const telling = tellingLineOf(output);
  const printed = telling === null ? '' : `; it printed: ${telling}\nIts last words:\n${output}`;
  return new StagegateError(
    'SG_DEPLOYMENT_FAILED',
    `${service} in ${environment}: ${outcome.because}${ended}${printed}${note}`,
  );
}

/** Of what a dying process prints, the line that says why. */
function tellingLineOf(output: string): string | null {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast(tellsOfFailure) ?? lines.at(-1);
  return line === undefined ? null : logText(line);
}

function deadlineOf(app: AppDefinition): number {
  const written = Number(app.labels?.[labelNames.deadlineSeconds]);
  return Number.isFinite(written) && written > 0 ? written : defaultDeadlineSeconds;
}
