import { join } from 'node:path';
import { buildService } from '../builders/index.ts';
import type { Config } from '../config/index.ts';
import type { RuntimeName } from '../model/index.ts';
import type { RunClaim } from '../reaper/index.ts';
import { chosenRequestIds, runStage } from '../runners/index.ts';
import type { Effects } from './context.ts';
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
      bundles.set(service.name, bundle);
      return artifact;
    },
    async runStage(order, signal) {
      const { stage, services, environment, onTest } = order;
      const context = stageContext(config, order, {
        runId: claim.id,
        runtime,
        scratch: claim.folder,
        postgres: resources.stores?.postgres ?? null,
        settings: stage === 'unit' ? {} : await resources.suiteSettings(stage),
        cluster: resources.accessTo(environment),
        externals: resources.externals,
        marker: claim.marker,
        bundleOf: ({ service, location }) =>
          bundles.has(service) ? (bundles.get(service) ?? null) : location,
      });
      return runStage({ stage, services, context, onTest, logFile: join(logs, `${stage}.log`), signal });
    },
    async observe({ environment, sinceMs, tags }) {
      const platform = resources.openedFor(environment);
      if (platform === null) return { requests: [], incidents: [], logLines: [] };
      return observe(platform, { sinceMs, tags, chosen: await chosenRequestIds(claim.folder) });
    },
    deploy: (order, signal) => resources.environmentsOn(order.environment).deploy(order, signal),
  };
}
