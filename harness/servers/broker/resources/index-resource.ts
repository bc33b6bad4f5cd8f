import { hal, type Route, route } from '../route.ts';

/** Relation → its path below the broker's address, and what it is. */
const relations: readonly (readonly [string, string, string])[] = [
  [
    'pb:publish-pact',
    'pacts/provider/{provider}/consumer/{consumer}/version/{consumerApplicationVersion}',
    'Publish a pact',
  ],
  ['pb:publish-contracts', 'contracts/publish', 'Publish contracts'],
  ['pb:latest-pact-versions', 'pacts/latest', 'Latest pact versions'],
  [
    'pb:tagged-pact-versions',
    'pacts/provider/{provider}/consumer/{consumer}/tag/{tag}',
    'All versions of a pact with a tag',
  ],
  [
    'pb:branch-pact-versions',
    'pacts/provider/{provider}/consumer/{consumer}/branch/{branch}',
    'All pacts of a consumer branch',
  ],
  [
    'pb:latest-branch-pact-versions',
    'pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions',
    'Latest pact of a consumer branch',
  ],
  [
    'pb:main-branch-pact-versions',
    'pacts/provider/{provider}/consumer/{consumer}/branch/versions',
    "All pacts of a consumer's main branch",
  ],
  [
    'pb:latest-main-branch-pact-versions',
    'pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions',
    "Latest pact of a consumer's main branch",
  ],
  [
    'pb:provider-pacts-with-main-branch',
    'pacts/provider/{provider}/branch',
    "All pacts for a provider of consumers' main branches",
  ],
  [
    'pb:provider-pacts-with-branch',
    'pacts/provider/{provider}/branch/{branch}',
    'All pacts for a provider of a consumer branch',
  ],
  [
    'pb:latest-provider-pacts-with-main-branch',
    'pacts/provider/{provider}/branch/latest',
    "Latest pacts for a provider of consumers' main branches",
  ],
  [
    'pb:latest-provider-pacts-with-branch',
    'pacts/provider/{provider}/branch/{branch}/latest',
    'Latest pacts for a provider of a consumer branch',
  ],
  ['pb:pacticipants', 'pacticipants', 'Pacticipants'],
  ['pb:pacticipant', 'pacticipants/{pacticipant}', 'Fetch pacticipant by name'],
  ['pb:latest-provider-pacts', 'pacts/provider/{provider}/latest', 'Latest pacts by provider'],
  [
    'pb:latest-provider-pacts-with-tag',
    'pacts/provider/{provider}/latest/{tag}',
    'Latest pacts for provider with the specified tag',
  ],
  [
    'pb:provider-pacts-with-tag',
    'pacts/provider/{provider}/tag/{tag}',
    'All pact versions for the provider with the specified consumer version tag',
  ],
  ['pb:provider-pacts', 'pacts/provider/{provider}', 'All pact versions for the specified provider'],
  ['pb:latest-version', 'pacticipants/{pacticipant}/latest-version', 'Latest pacticipant version'],
  [
    'pb:latest-tagged-version',
    'pacticipants/{pacticipant}/latest-version/{tag}',
    'Latest pacticipant version with the specified tag',
  ],
  ['pb:webhooks', 'webhooks', 'Webhooks'],
  ['pb:webhook', 'webhooks/{uuid}', 'Webhook'],
  [
    'pb:pacticipant-version-tag',
    'pacticipants/{pacticipant}/versions/{version}/tags/{tag}',
    'Get, create or delete a tag for a pacticipant version',
  ],
  [
    'pb:pacticipant-branch',
    'pacticipants/{pacticipant}/branches/{branch}',
    'Get or delete a pacticipant branch',
  ],
  [
    'pb:pacticipant-branch-version',
    'pacticipants/{pacticipant}/branches/{branch}/versions/{version}',
    'Get or add/create a pacticipant version for a branch',
  ],
  [
    'pb:pacticipant-version',
    'pacticipants/{pacticipant}/versions/{version}',
    'Get, create or delete a pacticipant version',
  ],
  [
    'pb:can-i-deploy-pacticipant-version-to-tag',
    'can-i-deploy?pacticipant={pacticipant}&version={version}&to={tag}',
    'Determine if an application version can be safely deployed to an environment identified by the given tag',
  ],
  [
    'pb:can-i-deploy-pacticipant-version-to-environment',
    'can-i-deploy?pacticipant={pacticipant}&version={version}&environment={environment}',
    'Determine if an application version can be safely deployed to an environment',
  ],
  [
    'pb:provider-pacts-for-verification',
    'pacts/provider/{provider}/for-verification',
    'Pact versions to be verified for the specified provider',
  ],
  [
    'beta:provider-pacts-for-verification',
    'pacts/provider/{provider}/for-verification',
    'Pact versions to be verified for the specified provider',
  ],
  ['pb:environments', 'environments', 'Environments'],
  ['pb:environment', 'environments/{uuid}', 'Environment'],
];

export const indexRoutes: readonly Route[] = [
  route('GET', '', ({ links }) =>
    hal(200, {
      _links: {
        self: { href: links.base, title: 'Index', templated: false },
        ...Object.fromEntries(
          relations.map(([name, path, title]) => [
            name,
            { href: `${links.base}/${path}`, title, templated: path.includes('{') },
          ]),
        ),
        curies: [
          { name: 'pb', href: `${links.base}/doc/{rel}?context=index`, templated: true },
          { name: 'beta', href: `${links.base}/doc/{rel}?context=index`, templated: true },
        ],
      },
    }),
  ),
];
