import type { Config } from '../config/index.ts';
import type { StageName } from '../model/index.ts';
import type { StoreAccess, Tenant } from '../platforms/index.ts';
import { settingsOf } from './service-settings.ts';

export interface SuiteSettingsOptions {
  readonly config: Config;
  readonly stage: StageName;
  readonly env: NodeJS.ProcessEnv;
  readonly externals: Readonly<Record<string, string>>;
  readonly onSecret: (secret: string) => void;
  /** Null when there is no such store, or it was not started for this stage. */
  store(name: string, tenant: Tenant): Promise<StoreAccess | null>;
}

/** Refuses every connection at once: a neighbour that a test did not ask for must not answer by chance. */
const nobody = 'http://127.0.0.1:9';

/**
 * Service → the variables its tests start it with, stores of its own for this stage in them. On a cluster they hold
 * the addresses that tasks use, elsewhere those of this machine.
 */
export async function suiteSettings(
  options: SuiteSettingsOptions,
): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const { config, stage, env, externals, onSecret } = options;
  const side = stage === 'functional' || stage === 'acceptance' ? 'task' : 'local';
  const environment = {
    name: stage,
    platform: 'embedded',
    weight: 1,
    quota: null,
    env: {},
    secrets: {},
    externals: {},
    overrides: {},
  };
  const settings = await Promise.all(
    config.services.map(async (service) => {
      const store = async (name: string) =>
        (await options.store(name, { environment: `${stage}-suite`, service: service.name }))?.[side] ?? null;
      const addresses = {
        service: async () => nobody,
        externals: { ...unknownOf(service.externals), ...externals },
        store,
      };
      const place = { environment, addresses, root: config.root, env, onSecret };
      return [service.name, await settingsOf(service, place)] as const;
    }),
  );
  return Object.fromEntries(settings);
}

/** Stages without outside systems still start services that name them. */
function unknownOf(externals: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.values(externals).map((name) => [name, nobody]));
}
