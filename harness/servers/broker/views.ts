import type { Links } from './links.ts';
import type { BrokerState, Environment, Pact, Placement, Verification, Version } from './state.ts';

/** Resources as the Pact Broker writes them: HAL, with the members and links that its clients read. */
export function viewsOf(state: BrokerState, links: Links) {
  const self = (href: string, more: object = {}) => ({ self: { href, ...more } });

  const embeddedVersion = (name: string, number: string) => ({
    number,
    _links: self(links.version(name, number), { title: 'Version', name: number }),
  });
  const embeddedPacticipant = (name: string) => ({ name, _links: self(links.pacticipant(name)) });
  const nameOf = ({ consumer, provider, number }: Pick<Pact, 'consumer' | 'provider' | 'number'>): string =>
    `Pact between ${consumer} (${number}) and ${provider}`;

  /** Clients of different ages read the one or the other. */
  const branches = (version: Version) => {
    const branchVersions = [...version.branches.keys()].map((branch) => ({
      name: branch,
      latest: state.latestOfBranch(version.pacticipant, branch) === version,
      _links: self(links.branchVersion(version.pacticipant, branch, version.number), {
        title: 'Branch version',
        name: branch,
      }),
    }));
    return { branches: branchVersions, branchVersions };
  };
  const tags = (version: Version) =>
    [...version.tags.keys()].map((tag) => ({
      name: tag,
      latest: state.versionsOf(version.pacticipant).findLast(({ tags: own }) => own.has(tag)) === version,
      _links: self(links.tag(version.pacticipant, version.number, tag), { title: 'Tag', name: tag }),
    }));

  const environment = (one: Environment) => ({
    uuid: one.uuid,
    name: one.name,
    displayName: one.displayName ?? one.name,
    production: one.production,
    ...(one.contacts.length === 0 ? {} : { contacts: one.contacts }),
    createdAt: one.at,
    updatedAt: one.updatedAt,
    _links: {
      ...self(links.environment(one.uuid), { title: 'Environment', name: one.name }),
      'pb:currently-deployed-deployed-versions': {
        title: `Versions currently deployed to ${one.displayName ?? one.name} environment`,
        href: links.path('environments', one.uuid, 'deployed-versions', 'currently-deployed'),
      },
      'pb:currently-supported-released-versions': {
        title: `Versions released and supported in ${one.displayName ?? one.name} environment`,
        href: links.path('environments', one.uuid, 'released-versions', 'currently-supported'),
      },
      'pb:environments': { title: 'Environments', href: links.path('environments') },
    },
  });

  const environmentsOf = ({ pacticipant, number }: Version) =>
    [...state.environments.values()].filter(({ uuid }) =>
      state.numbersIn(uuid, pacticipant).includes(number),
    );

  const placement = (one: Placement) => {
    const where = state.environments.get(one.environment);
    const isCurrent = one.endedAt === null;
    const kind =
      one.type === 'deployed'
        ? {
            currentlyDeployed: isCurrent,
            applicationInstance: one.applicationInstance,
            target: one.applicationInstance,
            ...(isCurrent ? {} : { undeployedAt: one.endedAt }),
          }
        : { currentlySupported: isCurrent, ...(isCurrent ? {} : { supportEndedAt: one.endedAt }) };
    return {
      uuid: one.uuid,
      ...kind,
      createdAt: one.at,
      _embedded: {
        pacticipant: embeddedPacticipant(one.pacticipant),
        version: embeddedVersion(one.pacticipant, one.number),
        ...(where === undefined ? {} : { environment: environment(where) }),
      },
      _links: self(links.placement(one)),
    };
  };
  const placementLinks = (type: Placement['type'], { pacticipant, number }: Version, more: object) =>
    state
      .currentPlacements(type)
      .filter((one) => one.pacticipant === pacticipant && one.number === number)
      .map((one) => {
        const name = state.environments.get(one.environment)?.name;
        const title = `Version ${type} to ${name ?? ''}`;
        return { title, name, href: links.placement(one), ...more };
      });
  const recordLinks = (type: Placement['type'], what: string, { pacticipant, number }: Version) =>
    state.environments
      .values()
      .map(({ uuid, name, displayName }) => ({
        title: `Record ${what} to ${displayName ?? name}`,
        name,
        href: links.recordPlacement(type, pacticipant, number, uuid),
      }))
      .toArray();

  return {
    nameOf,
    environment,
    embeddedPacticipant,
    embeddedVersion,
    placement,
    pacticipant: (name: string) => {
      const one = state.pacticipants.get(name);
      const latest = state.versionsOf(name).at(-1);
      const embedded = latest === undefined ? {} : { latestVersion: embeddedVersion(name, latest.number) };
      return {
        name,
        displayName: one?.displayName ?? name,
        ...(one?.repositoryUrl ? { repositoryUrl: one.repositoryUrl } : {}),
        ...(one?.mainBranch ? { mainBranch: one.mainBranch } : {}),
        createdAt: one?.createdAt,
        updatedAt: one?.updatedAt,
        _embedded: { labels: [], ...embedded },
        _links: {
          ...self(links.pacticipant(name)),
          'pb:versions': { href: links.path('pacticipants', name, 'versions') },
          'pb:branches': { href: links.path('pacticipants', name, 'branches') },
          'pb:version': {
            href: `${links.path('pacticipants', name, 'versions')}/{version}`,
            templated: true,
          },
          'pb:version-tag': {
            href: `${links.path('pacticipants', name, 'versions')}/{version}/tags/{tag}`,
            templated: true,
          },
          'pb:branch-version': {
            href: `${links.path('pacticipants', name, 'branches')}/{branch}/versions/{version}`,
            templated: true,
          },
        },
      };
    },
    version: (version: Version, href = links.version(version.pacticipant, version.number)) => {
      const { pacticipant, number } = version;
      return {
        number,
        ...(version.buildUrl === null ? {} : { buildUrl: version.buildUrl }),
        createdAt: version.createdAt,
        _embedded: {
          ...branches(version),
          tags: tags(version),
        },
        _links: {
          ...self(href, { title: 'Version', name: number }),
          'pb:pacticipant': { title: 'Pacticipant', name: pacticipant, href: links.pacticipant(pacticipant) },
          'pb:tag': { href: `${links.version(pacticipant, number)}/tags/{tag}`, templated: true },
          'pb:pact-versions': state
            .pactsOf({ consumer: pacticipant, number })
            .map((pact) => ({ title: 'Pact', name: nameOf(pact), href: links.pact(pact) })),
          'pb:deployed-environments': placementLinks('deployed', version, { currently_deployed: true }),
          'pb:released-environments': placementLinks('released', version, { currently_supported: true }),
          'pb:record-deployment': recordLinks('deployed', 'deployment', version),
          'pb:record-release': recordLinks('released', 'release', version),
        },
      };
    },
    /** A version within a row of the matrix. */
    rowVersion: (version: Version) => ({
      number: version.number,
      branch: [...version.branches.keys()].at(-1) ?? null,
      ...branches(version),
      environments: environmentsOf(version).map(({ uuid, name, displayName, production }) => ({
        uuid,
        name,
        displayName: displayName ?? name,
        production,
        _links: self(links.environment(uuid), { title: 'Environment', name }),
      })),
      tags: tags(version),
      _links: self(links.version(version.pacticipant, version.number)),
    }),
    pactLinks: (pact: Pact, metadata?: string) => ({
      ...self(links.pact(pact), { title: 'Pact', name: nameOf(pact) }),
      'pb:consumer': { title: 'Consumer', name: pact.consumer, href: links.pacticipant(pact.consumer) },
      'pb:consumer-version': {
        title: 'Consumer version',
        name: pact.number,
        href: links.version(pact.consumer, pact.number),
      },
      'pb:provider': { title: 'Provider', name: pact.provider, href: links.pacticipant(pact.provider) },
      'pb:pact-version': {
        title: 'Pact content version permalink',
        name: pact.sha,
        href: links.pactVersion(pact),
      },
      'pb:latest-pact-version': { title: 'Latest version of this pact', href: links.latestPact(pact) },
      'pb:all-pact-versions': { title: 'All versions of this pact', href: links.pactVersions(pact) },
      'pb:tag-version': {
        title: 'PUT to this resource to tag this consumer version',
        href: `${links.version(pact.consumer, pact.number)}/tags/{tag}`,
        templated: true,
      },
      'pb:publish-verification-results': {
        title: 'Publish verification results',
        href: links.verifications(pact, metadata),
      },
      'pb:latest-verification-results': { href: `${links.verifications(pact)}/latest` },
      curies: [{ name: 'pb', href: `${links.base}/doc/{rel}?context=pact`, templated: true }],
    }),
    verification: (one: Verification) => ({
      providerName: one.provider,
      providerApplicationVersion: one.providerVersion,
      success: one.success,
      verificationDate: one.at,
      ...(one.buildUrl ? { buildUrl: one.buildUrl } : {}),
      ...(one.testResults === undefined ? {} : { testResults: one.testResults }),
      ...(one.verifiedBy === undefined ? {} : { verifiedBy: one.verifiedBy }),
      _links: {
        ...self(links.verification(one), { title: 'Verification result' }),
        'pb:pact-version': { title: 'Pact', href: links.pactVersion(one) },
      },
    }),
  };
}

export type Views = ReturnType<typeof viewsOf>;
