import type { BrokerState, Pact, Verification, Version } from './state.ts';
import {
  describeMissing,
  describeSelector,
  meansAny,
  type VersionSelector,
  versionsFor,
} from './version-selectors.ts';

export interface MatrixQuery {
  /** Versions that somebody asks about. */
  readonly selectors: readonly VersionSelector[];
  /** Where the others are looked for; all absent: only what the selectors name is looked at. */
  readonly target: Omit<VersionSelector, 'pacticipant' | 'version'>;
  /** Not to be considered. */
  readonly ignore: readonly { readonly pacticipant: string; readonly version?: string | undefined }[];
}

/** One pact of one consumer version, held against one version of its provider; null where there is none. */
export interface MatrixRow {
  readonly consumer: Version;
  readonly provider: Version | null;
  readonly pact: Pact;
  readonly verification: Verification | null;
  readonly ignored: boolean;
}

export interface Notice {
  readonly type: 'success' | 'error' | 'warning';
  readonly text: string;
}

export interface MatrixAnswer {
  readonly rows: readonly MatrixRow[];
  /** Null: unknown, which is no yes. */
  readonly deployable: boolean | null;
  readonly notices: readonly Notice[];
  readonly counts: {
    readonly success: number;
    readonly failed: number;
    readonly unknown: number;
    readonly ignored?: number;
  };
}

interface Resolved {
  readonly selector: VersionSelector;
  readonly versions: readonly Version[];
  readonly isAsked: boolean;
}

/**
 * May these versions be deployed together, or beside what is in the target? Every version of every provider that a version
 * which is asked about expects something of must have verified it, and for every consumer in the target the same. The
 * last result of each pair counts, so that of two versions in one environment neither hides the other. Pure.
 */
export function canIDeploy(query: MatrixQuery, state: BrokerState): MatrixAnswer {
  const asked = query.selectors.map((selector) => resolve(selector, true, state));
  const infers = !meansAny({ pacticipant: '', ...query.target });
  const names = infers ? partnersOf(asked, state) : [];
  const all = [
    ...asked,
    ...names.map((pacticipant) => resolve({ ...query.target, pacticipant }, false, state)),
  ];
  const isIgnored = (version: Pick<Version, 'pacticipant' | 'number'>): boolean =>
    query.ignore.some(
      (one) =>
        one.pacticipant === version.pacticipant &&
        (one.version === undefined || one.version === version.number),
    );
  const missing = asked.filter(
    ({ selector, versions }) =>
      versions.length === 0 &&
      !isIgnored({ pacticipant: selector.pacticipant, number: selector.version ?? '' }),
  );
  const rows = rowsOf(all, state).map((row) => ({
    ...row,
    ignored:
      isIgnored(row.consumer) || isIgnored(row.provider ?? { pacticipant: row.pact.provider, number: '' }),
  }));
  const considered = rows.filter(({ ignored }) => !ignored);
  const failed = considered.filter(({ verification }) => verification?.success === false);
  const unknown = considered.filter(({ verification }) => verification === null);
  const counts = {
    success: considered.filter(({ verification }) => verification?.success === true).length,
    failed: failed.length,
    unknown: unknown.length,
    ...(query.ignore.length === 0 ? {} : { ignored: rows.length - considered.length }),
  };
  const said = (row: MatrixRow): string => {
    const consumer = sideOf(row.pact.consumer, row.consumer.number, all);
    return `${consumer} and ${sideOf(row.pact.provider, row.provider?.number ?? null, all)}`;
  };
  const errors =
    missing.length > 0
      ? missing.map(({ selector }) => describeMissing(selector))
      : [
          ...unknown
            .filter(({ provider }) => provider === null)
            .map((row) => `There is no verified pact between ${said(row)}`),
          ...failed.map((row) => `The verification for the pact between ${said(row)} failed`),
          ...unknown
            .filter(({ provider }) => provider !== null)
            .map((row) => `There is no verified pact between ${said(row)}`),
        ];
  return {
    rows,
    deployable: missing.length > 0 ? false : unknown.length > 0 ? null : failed.length === 0,
    notices: [...warningsOf(query, state), ...conclusion([...new Set(errors)], considered.length)],
    counts,
  };
}

function resolve(selector: VersionSelector, isAsked: boolean, state: BrokerState): Resolved {
  return { selector, versions: versionsFor(selector, state), isAsked };
}

function conclusion(errors: readonly string[], considered: number): readonly Notice[] {
  if (errors.length > 0) return errors.map((text) => ({ type: 'error', text }));
  const text =
    considered > 0
      ? 'All required verification results are published and successful'
      : 'There are no missing dependencies';
  return [{ type: 'success', text }];
}

function warningsOf({ selectors, target, ignore }: MatrixQuery, state: BrokerState): readonly Notice[] {
  const named = selectors.filter((selector) => !meansAny(selector));
  const hasTarget =
    target.environment !== undefined ||
    target.tag !== undefined ||
    target.branch !== undefined ||
    target.mainBranch === true;
  const warnings = [
    ...ignore
      .filter(
        ({ pacticipant, version }) =>
          !state.pacticipants.has(pacticipant) ||
          (version !== undefined && state.version(pacticipant, version) === undefined),
      )
      .map(({ pacticipant, version }) =>
        version === undefined
          ? `Cannot ignore any version of ${pacticipant} (no such pacticipant exists)`
          : `Cannot ignore version ${version} of ${pacticipant} (no such version exists)`,
      ),
    ...(selectors.length === 1 && !hasTarget
      ? [
          'It is recommended to specify the environment into which you are deploying. Without the environment, this result will not be reliable.',
        ]
      : []),
    ...(named.length > 0 && named.every(({ version }) => version === undefined)
      ? [
          'It is recommended to specify the version number (rather than the tag or branch) of the pacticipant you wish to deploy to avoid race conditions. Without a version number, this result will not be reliable.',
        ]
      : []),
  ];
  return warnings.map((text) => ({ type: 'warning', text: `WARN: ${text}` }));
}

/** Everybody with whom a version that is asked about has a pact, either way. */
function partnersOf(asked: readonly Resolved[], state: BrokerState): readonly string[] {
  const names = new Set(asked.map(({ selector }) => selector.pacticipant));
  const partners = asked.flatMap(({ selector, versions }) => {
    const numbers = new Set(versions.map(({ number }) => number));
    return state.pacts.flatMap(({ consumer, provider, number }) => {
      if (consumer === selector.pacticipant && numbers.has(number)) return [provider];
      return provider === selector.pacticipant ? [consumer] : [];
    });
  });
  return [...new Set(partners)].filter((name) => !names.has(name));
}

function rowsOf(all: readonly Resolved[], state: BrokerState): readonly Omit<MatrixRow, 'ignored'>[] {
  const rows = all.flatMap((one) =>
    one.versions.flatMap((consumer) =>
      state.pactsOf({ consumer: consumer.pacticipant, number: consumer.number }).flatMap((pact) => {
        const providers = all.filter(({ selector }) => selector.pacticipant === pact.provider);
        // Of two who are both only found in the target nobody asked.
        if (providers.length === 0 || !(one.isAsked || providers.some(({ isAsked }) => isAsked))) return [];
        return rowsFor(consumer, pact, providers, state);
      }),
    ),
  );
  const key = ({ consumer, provider, pact }: Omit<MatrixRow, 'ignored'>): string =>
    JSON.stringify([consumer.pacticipant, consumer.number, pact.provider, provider?.number]);
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}

function rowsFor(
  consumer: Version,
  pact: Pact,
  providers: readonly Resolved[],
  state: BrokerState,
): readonly Omit<MatrixRow, 'ignored'>[] {
  const rows = providers.flatMap(({ selector, versions }) =>
    versions.flatMap((provider) => {
      const verification = state.lastVerification(pact, provider.number) ?? null;
      // Where any version would do, one that never verified it is no gap.
      return verification === null && meansAny(selector) ? [] : [{ consumer, provider, pact, verification }];
    }),
  );
  return rows.length > 0 ? rows : [{ consumer, provider: null, pact, verification: null }];
}

function sideOf(name: string, number: string | null, all: readonly Resolved[]): string {
  const own = all.filter(({ selector }) => selector.pacticipant === name);
  const found = own.find(({ versions }) => versions.some((version) => version.number === number)) ?? own[0];
  if (found === undefined) return `any version of ${name}`;
  return describeSelector(found.selector, { number, oneOfMany: found.versions.length > 1 });
}
