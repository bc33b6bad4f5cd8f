import type { EnvironmentConfig } from '../config/index.ts';
import { StagegateError } from '../model/index.ts';
import type { MesosAccess } from '../platforms/index.ts';

/**
 * Gives the environments' roles the weights and guarantees they are configured with; what is not configured stays as
 * Mesos has it.
 * @throws `SG_CLUSTER_NOT_READY` with Mesos' own words, as when it cannot guarantee that much
 */
export async function applyRoles(
  mesos: MesosAccess,
  environments: readonly Pick<EnvironmentConfig, 'name' | 'weight' | 'quota'>[],
): Promise<void> {
  const weights = environments.filter(({ weight }) => weight !== 1);
  if (weights.length > 0) {
    const weight_infos = weights.map(({ name, weight }) => ({ role: name, weight }));
    await call(mesos, 'weights', { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos } });
  }
  const quota_configs = environments.flatMap(({ name, quota }) =>
    quota === null ? [] : [{ role: name, guarantees: guaranteesOf(quota) }],
  );
  if (quota_configs.length > 0) {
    await call(mesos, 'quotas', { type: 'UPDATE_QUOTA', update_quota: { quota_configs } });
  }
}

function guaranteesOf({ cpus, memMiB }: NonNullable<EnvironmentConfig['quota']>): object {
  return {
    ...(cpus === undefined ? {} : { cpus: { value: cpus } }),
    ...(memMiB === undefined ? {} : { mem: { value: memMiB } }),
  };
}

async function call({ mesosUrl, auth }: MesosAccess, what: string, body: object): Promise<void> {
  const { default: axios, isAxiosError } = await import('axios');
  try {
    await axios.post(new URL('/api/v1', mesosUrl).href, body, {
      proxy: false,
      ...(auth === null ? {} : { auth: { username: auth.user, password: auth.password } }),
    });
  } catch (error) {
    const said =
      isAxiosError(error) && error.response !== undefined ? String(error.response.data) : String(error);
    throw new StagegateError(
      'SG_CLUSTER_NOT_READY',
      `Mesos refused the ${what} of the environments: ${said}`,
      {
        cause: error,
      },
    );
  }
}
