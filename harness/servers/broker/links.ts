/** The broker's addresses, as clients find them: every name escaped, the base without a slash at its end. */
export function linksOf(base: string) {
  const path = (...parts: readonly string[]): string =>
    `${base}/${parts.map((part) => encodeURIComponent(part)).join('/')}`;
  const pair = (consumer: string, provider: string): readonly string[] => [
    'pacts',
    'provider',
    provider,
    'consumer',
    consumer,
  ];
  const content = (
    { consumer, provider, sha }: ContentAddress,
    metadata?: string,
    ...more: readonly string[]
  ): string => {
    const chosen = metadata === undefined ? [] : ['metadata', metadata];
    return path(...pair(consumer, provider), 'pact-version', sha, ...chosen, ...more);
  };
  return {
    base,
    path,
    pacticipant: (name: string) => path('pacticipants', name),
    version: (name: string, number: string) => path('pacticipants', name, 'versions', number),
    branch: (name: string, branch: string) => path('pacticipants', name, 'branches', branch),
    branchVersion: (name: string, branch: string, number: string) =>
      path('pacticipants', name, 'branches', branch, 'versions', number),
    tag: (name: string, number: string, tag: string) =>
      path('pacticipants', name, 'versions', number, 'tags', tag),
    pact: ({ consumer, provider, number }: PactAddress) =>
      path(...pair(consumer, provider), 'version', number),
    pactVersion: (pact: ContentAddress, metadata?: string) => content(pact, metadata),
    latestPact: ({ consumer, provider }: Pick<PactAddress, 'consumer' | 'provider'>) =>
      path(...pair(consumer, provider), 'latest'),
    pactVersions: ({ consumer, provider }: Pick<PactAddress, 'consumer' | 'provider'>) =>
      path(...pair(consumer, provider), 'versions'),
    verifications: (pact: ContentAddress, metadata?: string) =>
      content(pact, metadata, 'verification-results'),
    verification: (result: ContentAddress & { readonly number: number }) =>
      content(result, undefined, 'verification-results', String(result.number)),
    environment: (uuid: string) => path('environments', uuid),
    placement: ({ type, uuid }: PlacementAddress) => path(`${type}-versions`, uuid),
    /** Where a version is said to be deployed to an environment, or released in it. */
    recordPlacement: (type: PlacementAddress['type'], name: string, number: string, environment: string) =>
      path('pacticipants', name, 'versions', number, `${type}-versions`, 'environment', environment),
    webhook: (uuid: string) => path('webhooks', uuid),
  };
}

export type Links = ReturnType<typeof linksOf>;
type PactAddress = { readonly consumer: string; readonly provider: string; readonly number: string };
type ContentAddress = { readonly consumer: string; readonly provider: string; readonly sha: string };
type PlacementAddress = { readonly type: 'deployed' | 'released'; readonly uuid: string };
