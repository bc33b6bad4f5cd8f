import type { MatrixQuery } from './can-i-deploy.ts';
import type { BrokerState } from './state.ts';
import type { VersionSelector } from './version-selectors.ts';

/** A query that can be answered, or what is wrong with it. */
export type ParsedQuery =
  | { readonly kind: 'query'; readonly query: MatrixQuery }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

type Pairs = Readonly<Record<string, string>>;

/** Reads `q[][pacticipant]=Foo&q[][version]=1&environment=production`, as clients of the Pact Broker send it. */
export function parseMatrixQuery(params: URLSearchParams, state: BrokerState): ParsedQuery {
  const selectors = groupsOf('q', params).map(selectorOf);
  const ignore = groupsOf('ignore', params).map(({ pacticipant = '', version }) => ({
    pacticipant,
    version,
  }));
  const environment = params.get('environment') ?? undefined;
  const target = {
    environment,
    tag: params.get('tag') ?? undefined,
    branch: params.get('branch') ?? undefined,
    mainBranch: params.get('mainBranch') === 'true',
    // What is in an environment is there, the latest or not.
    latest: params.get('latest') === 'true' || params.has('tag'),
  };
  const problems = [
    ...(selectors.length === 0 ? ['Please provide at least one version selector.'] : []),
    ...selectors.flatMap((selector, index) => problemsOf(selector, index + 1)),
    ...(environment !== undefined && params.get('latest') === 'true'
      ? ['Cannot specify both latest=true and an environment']
      : []),
    ...(environment !== undefined && params.has('tag')
      ? ['Cannot specify both a tag and an environment']
      : []),
    ...(environment !== undefined && state.environmentNamed(environment) === undefined
      ? [`No environment with name '${environment}' exists`]
      : []),
  ];
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'query', query: { selectors, target, ignore } };
}

function selectorOf(pairs: Pairs): VersionSelector {
  const { pacticipant = '', version, tag, branch, environment } = pairs;
  return {
    pacticipant,
    version,
    tag,
    branch,
    environment,
    latest: pairs.latest === 'true' || pairs.latest === 't',
    mainBranch: pairs.mainBranch === 'true',
  };
}

function problemsOf(
  { pacticipant, version, latest, tag, branch, environment }: VersionSelector,
  at: number,
): string[] {
  const one = `selector ${at}`;
  return [
    ...(pacticipant === '' ? [`Please specify the pacticipant name in ${one}`] : []),
    ...(version !== undefined && (latest || tag !== undefined || branch !== undefined)
      ? [
          `A version number and latest flag, tag or branch can not both be specified for the same pacticipant (${one})`,
        ]
      : []),
    ...(latest && environment !== undefined
      ? [`Cannot specify both latest=true and an environment (${one})`]
      : []),
  ];
}

/**
 * Members of `q[][a]=1&q[][b]=2&q[][a]=3`: a new group begins where a member comes again. `q[]a=1` and `q[0][a]=1` are
 * read too.
 */
function groupsOf(name: string, params: URLSearchParams): readonly Pairs[] {
  const groups: Record<string, string>[] = [];
  for (const [key, value] of params) {
    const member = new RegExp(`^${name}\\[\\d*\\]\\[?(?<member>\\w+)\\]?$`).exec(key)?.groups?.member;
    if (member === undefined) continue;
    const last = groups.at(-1);
    if (last === undefined || member in last) groups.push({ [member]: value });
    else last[member] = value;
  }
  return groups;
}
