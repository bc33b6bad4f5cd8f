import type { Digest } from '../model/index.ts';

/** One version of a service, or of somebody outside the system who uses the broker. */
export interface ContractVersion {
  readonly name: string;
  /** As people call it: `1.4.0+g3f2a91c`. */
  readonly version: string;
  /** Of its bytes; null for a version that stagegate did not build, which its number alone names. */
  readonly digest: Digest | null;
  /**
   * Of a version in an environment: when it came there. What its tests say since, in somebody's work tree perhaps, is not
   * what it was promoted with.
   */
  readonly since?: string;
}

/** What the matrix is read from; the ledger's state has it. Oldest first. */
export interface MatrixFacts {
  readonly pacts: readonly {
    readonly consumer: string;
    readonly version: string;
    readonly digest: Digest | null;
    readonly pacts: readonly Expectation[];
    readonly at: string;
  }[];
  readonly contracts: readonly Verification[];
}

/** What one version of a consumer expects of a provider. */
export interface Expectation {
  readonly provider: string;
  readonly contentHash: string;
  /** Where the pact's text is; null when it was not kept. */
  readonly content: string | null;
}

/** What replaying one pact against one version of its provider found. */
export interface Verification {
  readonly consumer: string;
  readonly consumerDigest: Digest | null;
  readonly provider: string;
  readonly contentHash: string;
  readonly providerDigest: Digest | null;
  readonly providerVersion?: string | undefined;
  readonly status: 'pass' | 'fail' | 'inconclusive';
  readonly interactions: readonly {
    readonly description: string;
    readonly status: string;
    readonly because?: string | undefined;
  }[];
  readonly at: string;
  readonly runId: string;
}

/** One cell of the matrix: what a version of a consumer expects, held against a version of the provider. */
export interface Pair {
  readonly consumer: ContractVersion;
  readonly provider: ContractVersion;
  readonly contentHash: string;
  readonly content: string | null;
  /** Only a verification that ended well makes a yes. */
  readonly outcome: 'pass' | 'fail' | 'unknown';
  /** The last one of this pact content against this version; absent when there was none. */
  readonly verification?: Verification;
}

/** Consumer version × provider version × pact content × result. */
export interface Matrix {
  /** All that a version expects of others; undefined when nobody recorded it. */
  expectationsOf(version: ContractVersion): readonly Expectation[] | undefined;
  /** What two versions expect of each other, either as consumer: none, one or two pairs. */
  between(a: ContractVersion, b: ContractVersion): readonly Pair[];
}

/**
 * The matrix of all that is known. A result belongs to the content of a pact: a new version of a consumer that expects
 * the same is verified already, and of several results for one content and one provider version the last counts. Pure.
 */
export function matrixOf({ pacts, contracts }: MatrixFacts): Matrix {
  const published = Map.groupBy(pacts, (one) => keyOf({ ...one, name: one.consumer }));
  const results = new Map<string, Verification>();
  /** What a version expected when its provider was verified: ledgers of before kept no pacts. */
  const verified = new Map<string, Map<string, Expectation>>();
  for (const one of contracts) {
    const { consumer, consumerDigest, provider, providerDigest, providerVersion = '', contentHash } = one;
    const key = `${contentHash} ${keyOf({ name: provider, version: providerVersion, digest: providerDigest })}`;
    const before = results.get(key);
    if (before === undefined || one.at >= before.at) results.set(key, one);
    if (consumerDigest === null) continue;
    const of = keyOf({ name: consumer, version: '', digest: consumerDigest });
    const known = verified.get(of) ?? new Map<string, Expectation>();
    verified.set(of, known.set(provider, { provider, contentHash, content: null }));
  }

  const expectationsOf = (version: ContractVersion): readonly Expectation[] | undefined => {
    const key = keyOf(version);
    const all = published.get(key) ?? [];
    const { since } = version;
    const then = since === undefined ? undefined : all.findLast(({ at }) => at <= since);
    return (then ?? all.at(-1))?.pacts ?? verified.get(key)?.values().toArray();
  };
  const oneWay = (consumer: ContractVersion, provider: ContractVersion): readonly Pair[] =>
    (expectationsOf(consumer) ?? [])
      .filter((expected) => expected.provider === provider.name)
      .map(({ contentHash, content }) => {
        const verification = results.get(`${contentHash} ${keyOf(provider)}`);
        const status = verification?.status ?? 'inconclusive';
        return {
          consumer,
          provider,
          contentHash,
          content,
          outcome: status === 'inconclusive' ? 'unknown' : status,
          ...(verification === undefined ? {} : { verification }),
        };
      });
  return {
    expectationsOf,
    between: (a, b) => [...oneWay(a, b), ...oneWay(b, a)],
  };
}

/** Bytes say more than a number: two builds of one commit with other files have the same number. */
function keyOf({ name, version, digest }: ContractVersion): string {
  return `${name}@${digest ?? version}`;
}
