import type { ContractVersion } from '../../contracts/index.ts';
import { artifactOf, deployedNow, promotedIn, type State } from '../../ledger/index.ts';
import { recordedVersions } from './recorded-versions.ts';

/** A version that is in an environment, and how that is known. */
export interface VersionThere extends ContractVersion {
  readonly how: 'deployed' | 'promoted' | 'recorded';
}

/**
 * Every version in an environment: of a service what is deployed where the environment lives on a lasting platform, else
 * what it was promoted with; of anybody else what was recorded through the contract broker. Pure.
 */
export function versionsIn(state: State, environment: string): readonly VersionThere[] {
  const places = [...state.promotions.values(), ...state.deployments.values()]
    .flatMap((list) => list.at(-1) ?? [])
    .filter((place) => place.environment === environment);
  const own = [...new Set(places.map(({ service }) => service))].flatMap((name): VersionThere[] => {
    const deployed = deployedNow(state, name, environment);
    if (deployed?.platform.lifetime === 'lasting') {
      return [
        { name, version: deployed.version, digest: deployed.digest, since: deployed.at, how: 'deployed' },
      ];
    }
    const promoted = promotedIn(state, name, environment);
    return promoted === undefined
      ? []
      : [{ name, version: promoted.version, digest: promoted.digest, since: promoted.at, how: 'promoted' }];
  });
  const others = recordedVersions(state, environment).filter(
    ({ name }) => !own.some((version) => version.name === name),
  );
  return [...own, ...others.map((version): VersionThere => ({ ...version, how: 'recorded' }))];
}

/** The version that a digest of a service is. */
export function versionOf(
  state: State,
  { service, digest }: { readonly service: string; readonly digest: NonNullable<ContractVersion['digest']> },
): ContractVersion {
  return { name: service, version: artifactOf(state, { digest })?.version ?? '', digest };
}
