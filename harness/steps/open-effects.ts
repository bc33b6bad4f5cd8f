import { join } from 'node:path';
import { buildService } from '../builders/index.ts';
import type { Config } from '../config/index.ts';
import type { Artifact, RuntimeName } from '../model/index.ts';
import type { RunClaim } from '../reaper/index.ts';
import { chosenRequestIds, replayPacts, runStage, type StageContext } from '../runners/index.ts';
import type { Effects, StageOrder } from './context.ts';
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
  const bundles = new Map<string, string | null>();
  const bundleOf = (artifact: Artifact): string | null => {
    const built = bundles.get(keyOf(artifact));
    return built === undefined && artifact.runtime === 'process' ? artifact.location : (built ?? null);
  };
  const contextOf = async (order: Omit<StageOrder, 'services' | 'onTest'>): Promise<StageContext> =>
    stageContext(config, order, {
      runId: claim.id,
      runtime,
      scratch: claim.folder,
      postgres: resources.stores?.postgres ?? null,
      settings: order.stage === 'unit' ? {} : await resources.suiteSettings(order.stage),
      cluster: resources.accessTo(order.environment),
      externals: resources.externals,
      marker: claim.marker,
      bundleOf,
    });
  return {
    platformOf: (environment) => resources.platformOf(environment),
    openPlatform: (name, signal) => resources.openPlatform(name, signal),
    openStores: (signal) => resources.openStores(signal),
    openExternals: () => resources.openExternals(),
    async build(service, signal) {
      const registry = await resources.registry(signal);
      const { artifact, bundle } = await buildService(service, {
        root: config.root,
        runtime,
        ...(registry === null ? {} : { registry }),
        imageMirror: config.imageMirror,
        signal,
      });
      bundles.set(keyOf(artifact), bundle);
      return artifact;
    },
    async runStage(order, signal) {
      const { stage, services, onTest } = order;
      const logFile = join(logs, `${stage}.log`);
      return runStage({ stage, services, context: await contextOf(order), onTest, logFile, signal });
    },
    async replay({ provider, artifacts, pacts }, signal) {
      const context = await contextOf({ stage: 'contract', environment: null, artifacts });
      return replayPacts({ provider, pacts, context, logFile: join(logs, 'replay.log'), signal });
    },
    async observe({ environment, sinceMs, tags }) {
      const platform = resources.openedFor(environment);
      if (platform === null) return { requests: [], incidents: [], logLines: [] };
      return observe(platform, { sinceMs, tags, chosen: await chosenRequestIds(claim.folder) });
    },
    deploy: (order, signal) => resources.environmentsOn(order.environment).deploy(order, signal),
  };
}

/** Two versions of one service may be wanted in one run. */
function keyOf({ service, digest }: Artifact): string {
  return `${service}@${digest}`;
}
