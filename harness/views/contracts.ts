import type { Config } from '../config/index.ts';
import { type ContractVersion, matrixOf, type Pair } from '../contracts/index.ts';
import type { State } from '../ledger/index.ts';
import { versionOf, versionsIn } from '../policy/index.ts';

/** A version that matters now, and why: `newest`, or the environments it is in. */
export interface ShownVersion extends ContractVersion {
  readonly where: readonly string[];
}

/** One cell of the matrix of the versions that matter now. */
export interface ContractRow {
  readonly consumer: ShownVersion;
  readonly provider: ShownVersion;
  readonly contentHash: string;
  readonly outcome: Pair['outcome'];
  /** The first interaction that failed, and why. */
  readonly because: string | null;
  /** When it was verified; null when it was not. */
  readonly verifiedAt: string | null;
}

/** Every pact between the newest builds and the versions in the environments, held against each other. Pure. */
export function contractRows({ services, environments }: Config, state: State): readonly ContractRow[] {
  const matrix = matrixOf(state);
  const versions = versionsThatMatter(
    services.map(({ name }) => name),
    environments.map(({ name }) => name),
    state,
  );
  const byVersion = new Map(versions.map((version) => [keyOf(version), version]));
  const pairs = versions.flatMap((one, index) =>
    versions.slice(index + 1).flatMap((other) => (one.name === other.name ? [] : matrix.between(one, other))),
  );
  return pairs
    .map(({ consumer, provider, contentHash, outcome, verification }): ContractRow => {
      const open = verification?.interactions.find(({ status }) => status !== 'pass');
      return {
        consumer: byVersion.get(keyOf(consumer)) ?? { ...consumer, where: [] },
        provider: byVersion.get(keyOf(provider)) ?? { ...provider, where: [] },
        contentHash,
        outcome,
        because:
          open === undefined
            ? null
            : `"${open.description}"${open.because === undefined ? '' : `: ${open.because}`}`,
        verifiedAt: verification?.at ?? null,
      };
    })
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function versionsThatMatter(
  services: readonly string[],
  environments: readonly string[],
  state: State,
): readonly ShownVersion[] {
  const newest = services.flatMap((service) => {
    const artifact = state.artifacts.findLast((one) => one.service === service);
    return artifact === undefined ? [] : [{ version: versionOf(state, artifact), where: 'newest' }];
  });
  const there = environments.flatMap((environment) =>
    versionsIn(state, environment).map(({ how: _, ...version }) => ({ version, where: environment })),
  );
  const grouped = Map.groupBy([...newest, ...there], ({ version }) => keyOf(version));
  return [...grouped.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first.version, where: [first, ...others].map(({ where }) => where) }],
  );
}

function keyOf({ name, version, digest }: ContractVersion): string {
  return `${name}@${digest ?? version}`;
}

function orderOf({ consumer, provider }: ContractRow): string {
  return [consumer.name, provider.name, consumer.version, provider.version].join(' ');
}
