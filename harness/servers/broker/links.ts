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
    pactVersion: ({ consumer, provider, sha }: ContentAddress, metadata?: string) =>
      path(
        ...pair(consumer, provider),
        'pact-version',
        sha,
        ...(metadata === undefined ? [] : ['metadata', metadata]),
      ),
    latestPact: ({ consumer, provider }: Pick<PactAddress, 'consumer' | 'provider'>) =>
      path(...pair(consumer, provider), 'latest'),
    pactVersions: ({ consumer, provider }: Pick<PactAddress, 'consumer' | 'provider'>) =>
      path(...pair(consumer, provider), 'versions'),
    verifications: ({ consumer, provider, sha }: ContentAddress, metadata?: string) =>
      path(
        ...pair(consumer, provider),
        'pact-version',
        sha,
        ...(metadata === undefined ? [] : ['metadata', metadata]),
        'verification-results',
      ),
    verification: ({ consumer, provider, sha, number }: ContentAddress & { readonly number: number }) =>
      path(...pair(consumer, provider), 'pact-version', sha, 'verification-results', String(number)),
    environment: (uuid: string) => path('environments', uuid),
    deployed: (uuid: string) => path('deployed-versions', uuid),
    released: (uuid: string) => path('released-versions', uuid),
    webhook: (uuid: string) => path('webhooks', uuid),
  };
}

export type Links = ReturnType<typeof linksOf>;
type PactAddress = { readonly consumer: string; readonly provider: string; readonly number: string };
type ContentAddress = { readonly consumer: string; readonly provider: string; readonly sha: string };
