import { join } from 'node:path';
import { buildService, locationIn } from '../builders/index.ts';
import type { Config, EnvironmentConfig } from '../config/index.ts';
import { readPacts } from '../contracts/index.ts';
import { appIdOf, groupOf } from '../environments/index.ts';
import type { Artifact, RuntimeName } from '../model/index.ts';
import { edgeRequests, largestAgentOf } from '../platforms/index.ts';
import { checkDefinitions } from '../policy/index.ts';
import type { RunClaim } from '../reaper/index.ts';
import { defaultPace, loadRehearsalSuites, readDefinitions, rehearse } from '../rehearsal/index.ts';
import { chosenRequestIds, replayPacts, runStage, type StageContext } from '../runners/index.ts';
import type { Effects, StageOrder } from '../steps/index.ts';
import { asAnswered, asDeployed } from './as-seen.ts';
import { judgeInvariants, smokeIn } from './judge-invariants.ts';
import { observe } from './observe.ts';
import type { Resources } from './resources.ts';
import { stageContext } from './stage-context.ts';

export interface EffectsOptions {
  readonly config: Config;
  readonly runtime: RuntimeName;
  readonly claim: RunClaim;
  readonly logs: string;
  readonly resources: Resources;
}

/** The real effects of one run. */
export function openEffects({ config, runtime, claim, logs, resources }: EffectsOptions): Effects {
  /** An artifact of an earlier run is where the registry is now. */
  const atHand = async <A extends Artifact>(artifact: A, signal: AbortSignal): Promise<A> => {
    const registry = await resources.registry(signal);
    return registry === null ? artifact : { ...artifact, location: locationIn(registry, artifact.location) };
  };
  const allAtHand = (artifacts: StageOrder['artifacts'], signal: AbortSignal) =>
    Promise.all(
      [...artifacts].map(async ([name, artifact]) => [name, await atHand(artifact, signal)] as const),
    );
  const contextOf = async (
    order: Omit<StageOrder, 'services' | 'onTest'>,
    signal: AbortSignal,
  ): Promise<StageContext> => {
    // Tests without a cluster start bundles; no registry has to run for them.
    const artifacts =
      order.environment === null ? [...order.artifacts] : await allAtHand(order.artifacts, signal);
    return stageContext(
      config,
      { ...order, artifacts: new Map(artifacts) },
      {
        runId: claim.id,
        runtime,
        scratch: claim.folder,
        postgres: resources.stores?.postgres ?? null,
        settings: order.stage === 'unit' ? {} : await resources.suiteSettings(order.stage),
        cluster: resources.accessTo(order.environment),
        externals: resources.externals,
        marker: claim.marker,
      },
    );
  };
  return {
    platformOf: (environment) => resources.platformOf(environment),
    openPlatform: (name, signal) => resources.openPlatform(name, signal),
    openStores: (signal) => resources.openStores(signal),
    openExternals: () => resources.openExternals(),
    async build(service, signal) {
      const registry = await resources.registry(signal);
      const { artifact } = await buildService(service, {
        root: config.root,
        runtime,
        ...(registry === null ? {} : { registry }),
        imageMirror: config.imageMirror,
        signal,
      });
      return artifact;
    },
    async runStage(order, signal) {
      const { stage, services, onTest, files } = order;
      const logFile = join(logs, `${stage}.log`);
      return runStage({
        stage,
        services,
        context: await contextOf(order, signal),
        onTest,
        logFile,
        signal,
        ...(files === undefined ? {} : { files }),
      });
    },
    async replay({ provider, artifacts, pacts }, signal) {
      const context = await contextOf({ stage: 'contract', environment: null, artifacts }, signal);
      return replayPacts({ provider, pacts, context, logFile: join(logs, 'replay.log'), signal });
    },
    async observe({ environment, sinceMs, tags }) {
      const platform = resources.openedFor(environment);
      if (platform === null) return { requests: [], incidents: [], logLines: [] };
      return observe(platform, { sinceMs, tags, chosen: await chosenRequestIds(claim.folder) });
    },
    async checkDefinitions() {
      const { agents, agentResources } = config.cluster;
      const embedded = config.environments.some(({ platform }) => platform === 'embedded');
      const largestAgent = embedded ? largestAgentOf(agents, agentResources) : null;
      return checkDefinitions(await readDefinitions(config, { runtime, largestAgent }));
    },
    checkInvariants: (order, signal) => judgeInvariants(config, resources, order, signal),
    smoke: ({ environment }) => smokeIn(config, resources, environment),
    async removeCopy(environment, copy) {
      const group = groupOf(environment, config.system, copy);
      await resources.marathonOf(environment).deleteGroup(group, { force: true });
    },
    async inspect(service, environment) {
      const app = await resources.environmentsOn(environment).inspect(service, environment);
      return app === null ? null : asDeployed(app);
    },
    remove: (service, environment) => resources.environmentsOn(environment).remove(service, environment),
    async requests(service, environment, sinceMs) {
      const platform = resources.openedFor(environment);
      if (platform === null) return [];
      const id = appIdOf(groupOf(environment, config.system), service);
      const all = await edgeRequests(platform.access, sinceMs);
      return all.filter(({ appId }) => appId === id).map(asAnswered);
    },
    async deploy(order, signal) {
      const artifact = await atHand(order.artifact, signal);
      return resources.environmentsOn(order.environment).deploy({ ...order, artifact }, signal);
    },
    async rehearse({ environment, services, onProgress }, signal) {
      const suites = await loadRehearsalSuites(config.root);
      const pacts = readPacts(join(config.root, 'pacts'));
      const request = {
        config,
        environment: environmentNamed(config, environment),
        services: await Promise.all(
          services.map(async (one) => ({
            ...one,
            candidate: await atHand(one.candidate, signal),
            previous: one.previous === null ? null : await atHand(one.previous, signal),
          })),
        ),
        pacts,
        journeys: suites.journeys,
        pace: defaultPace,
      };
      return rehearse(request, { ...resources.rehearsalGround(environment), onProgress, signal });
    },
  };
}

function environmentNamed({ environments }: Config, name: string): EnvironmentConfig {
  const found = environments.find((environment) => environment.name === name);
  if (found === undefined) throw new Error(`There is no environment "${name}".`);
  return found;
}
