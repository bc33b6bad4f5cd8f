import { type Config, type PlatformConfig, resolveAddress } from '../config/index.ts';
import { StagegateError, type StoreSpec } from '../model/index.ts';
import { fieldsOfUrl, openDatabases, type StoreFields, type Tenant, tenantName } from '../platforms/index.ts';

/** Of a platform that somebody else runs. */
export interface LastingStores {
  readonly config: Config;
  readonly platform: PlatformConfig;
  readonly onSecret: (secret: string) => void;
}

/**
 * What a tenant reaches a store with: on a lasting platform databases last too, and no store of this command is asked. Null
 * when the configuration has no such store.
 * @throws `SG_CONFIG_INVALID` where no URL says which server it is; `SG_PLATFORM_UNREACHABLE`
 */
export async function lastingStore(
  { config, platform, onSecret }: LastingStores,
  name: string,
  tenant: Tenant,
): Promise<StoreFields | null> {
  const spec = config.stores.find((store) => store.name === name);
  if (spec === undefined) return null;
  if (spec.kind !== 'postgres') return byUrl(spec, tenant);
  const key = spec.url === null ? `platforms.${platform.name}.databases` : `stores.${name}.url`;
  const address = spec.url ?? platform.databases;
  if (address === null) {
    throw new StagegateError(
      'SG_CONFIG_INVALID',
      `${key} is missing, and ${tenant.service} needs a database; write its URL.`,
    );
  }
  const { url, auth } = resolveAddress(address, key);
  if (auth !== null) onSecret(auth.password);
  const fields = await openDatabases({ url, auth, key }).ensure(tenantName(spec, tenant));
  onSecret(fields.password);
  return fields;
}

/** Other kinds are divided by whoever runs them. */
function byUrl(spec: StoreSpec, tenant: Tenant): StoreFields {
  if (spec.url !== null) return fieldsOfUrl(spec.url, tenantName(spec, tenant));
  throw new StagegateError(
    'SG_CONFIG_INVALID',
    `stores.${spec.name}.url is missing, and ${tenant.service} needs it on a platform that lasts; write its URL.`,
  );
}
