import { type PlatformConfig, resolveAddress, resolveText } from '../config/index.ts';
import type { RuntimeName } from '../model/index.ts';
import type { AttachedSpec } from '../platforms/index.ts';

/** Reads a platform's addresses and credentials, from their variables where they are kept there. @throws `SG_CONFIG_INVALID` */
export function attachedSpec(
  { name, marathon, token, mesos, edge }: PlatformConfig,
  runtime: RuntimeName,
  onSecret: (secret: string) => void,
): AttachedSpec {
  const read = (address: NonNullable<PlatformConfig['mesos']>, key: string) => {
    const resolved = resolveAddress(address, `platforms.${name}.${key}`);
    if (resolved.auth !== null) onSecret(resolved.auth.password);
    return resolved;
  };
  const [first, ...others] = marathon.map((address, index) =>
    read(address, marathon.length === 1 ? 'marathon' : `marathon.${index}`),
  );
  if (first === undefined) throw new Error(`Platform ${name} has no Marathon.`);
  const secret = token === null ? null : resolveText(token, `platforms.${name}.token`);
  if (secret !== null) onSecret(secret);
  return {
    name,
    runtime,
    marathonUrls: [first.url, ...others.map(({ url }) => url)],
    auth: first.auth,
    token: secret === null ? null : authorizationOf(secret),
    mesos: mesos === null ? null : read(mesos, 'mesos'),
    edge: read(edge, 'edge'),
  };
}

/** DC/OS wants `token=…`; whoever writes it so, or with a scheme, gets it as written. */
function authorizationOf(token: string): string {
  return /^(token=|\w+ )/.test(token) ? token : `Bearer ${token}`;
}
