import type { ContractVersion } from '../../contracts/index.ts';
import { artifactOf, deployedNow, type State } from '../../ledger/index.ts';

/** A version that is in an environment, and how that is known. */
export interface VersionThere extends ContractVersion {
  readonly how: 'deployed' | 'promoted';
}

/**
 * Every version in an environment, one a service: what is deployed where the environment lives on a lasting platform, else
 * what it was promoted with. Pure.
 */
export function versionsIn(state: State, environment: string): readonly VersionThere[] {
  const places = [...state.promotions.values(), ...state.deployments.values()]
    .flatMap((list) => list.at(-1) ?? [])
    .filter((place) => place.environment === environment);
  return [...new Set(places.map(({ service }) => service))].flatMap((name): VersionThere[] => {
    const deployed = deployedNow(state, name, environment);
    if (deployed?.platform.lifetime === 'lasting') {
      return [{ name, version: deployed.version, digest: deployed.digest, how: 'deployed' }];
    }
    const promoted = state.promotions.get(`${environment}/${name}`)?.at(-1);
    return promoted === undefined
      ? []
      : [{ name, version: promoted.version, digest: promoted.digest, how: 'promoted' }];
  });
}

/** The version that a digest of a service is. */
export function versionOf(
  state: State,
  { service, digest }: { readonly service: string; readonly digest: NonNullable<ContractVersion['digest']> },
): ContractVersion {
  return { name: service, version: artifactOf(state, { digest })?.version ?? '', digest };
}
