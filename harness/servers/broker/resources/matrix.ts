import { canIDeploy, type MatrixAnswer, type MatrixRow } from '../can-i-deploy.ts';
import { parseMatrixQuery } from '../matrix-query.ts';
import { type Ask, hal, type Route, route } from '../route.ts';

export const matrixRoutes: readonly Route[] = [
  route('GET', 'matrix', (ask) => answerQuery(ask, ask.query)),
  route('GET', 'matrix/provider/:provider/consumer/:consumer', (ask) => {
    const { provider = '', consumer = '' } = ask.params;
    return answerQuery(
      ask,
      pairsOf([
        ['q[][pacticipant]', consumer],
        ['q[][pacticipant]', provider],
      ]),
    );
  }),
  route('GET', 'can-i-deploy', (ask) => {
    const get = (name: string): string => ask.query.get(name) ?? '';
    return answerQuery(
      ask,
      pairsOf([
        ['q[][pacticipant]', get('pacticipant')],
        ['q[][version]', get('version')],
        ...(ask.query.has('environment') ? ([['environment', get('environment')]] as const) : []),
        ...(ask.query.has('to')
          ? ([
              ['tag', get('to')],
              ['latest', 'true'],
            ] as const)
          : []),
      ]),
    );
  }),
  route(
    'GET',
    'pacticipants/:name/branches/:branch/latest-version/can-i-deploy/to-environment/:environment',
    (ask) => answerQuery(ask, branchToEnvironment(ask)),
  ),
  route(
    'GET',
    'pacticipants/:name/branches/:branch/latest-version/can-i-deploy/to-environment/:environment/badge',
    (ask) => badge('can-i-deploy', outcomeOf(ask, branchToEnvironment(ask))),
  ),
  route('GET', 'pacticipants/:name/main-branch/can-i-merge/badge', (ask) =>
    badge(
      'can-i-merge',
      outcomeOf(
        ask,
        pairsOf([
          ['q[][pacticipant]', ask.params.name ?? ''],
          ['q[][mainBranch]', 'true'],
          ['q[][latest]', 'true'],
          ['mainBranch', 'true'],
        ]),
      ),
    ),
  ),
  route('GET', 'pacts/provider/:provider/consumer/:consumer/latest/badge', pactBadge),
];

function pairsOf(pairs: readonly (readonly [string, string])[]): URLSearchParams {
  return new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, value]));
}

function branchToEnvironment({ params }: Ask): URLSearchParams {
  return pairsOf([
    ['q[][pacticipant]', params.name ?? ''],
    ['q[][branch]', params.branch ?? ''],
    ['q[][latest]', 'true'],
    ['environment', params.environment ?? ''],
  ]);
}

function answerQuery(ask: Ask, params: URLSearchParams) {
  const parsed = parseMatrixQuery(params, ask.state);
  if (parsed.kind === 'problems') {
    const notices = parsed.problems.map((text) => ({ type: 'error', text }));
    return hal(400, { errors: { query: parsed.problems }, notices });
  }
  const answer = canIDeploy(parsed.query, ask.state);
  return hal(200, {
    summary: {
      deployable: answer.deployable,
      reason: answer.notices.map(({ text }) => text).join('\n'),
      ...answer.counts,
    },
    notices: answer.notices,
    matrix: answer.rows.map((row) => viewOfRow(ask, row)),
  });
}

function viewOfRow({ links, views }: Ask, { consumer, provider, pact, verification, ignored }: MatrixRow) {
  return {
    consumer: {
      name: pact.consumer,
      version: views.rowVersion(consumer),
      _links: { self: { href: links.pacticipant(pact.consumer) } },
    },
    provider: {
      name: pact.provider,
      version: provider === null ? null : views.rowVersion(provider),
      _links: { self: { href: links.pacticipant(pact.provider) } },
    },
    pact: { createdAt: pact.at, _links: { self: { href: links.pact(pact) } } },
    verificationResult:
      verification === null
        ? null
        : {
            success: verification.success,
            verifiedAt: verification.at,
            _links: { self: { href: links.verification(verification) } },
          },
    ...(ignored ? { ignored: true } : {}),
  };
}

function outcomeOf({ state }: Ask, params: URLSearchParams): MatrixAnswer['deployable'] {
  const parsed = parseMatrixQuery(params, state);
  return parsed.kind === 'problems' ? null : canIDeploy(parsed.query, state).deployable;
}

function pactBadge({ state, params: { consumer = '', provider = '' } }: Ask) {
  const pact = state.pactsOf({ consumer, provider }).at(-1);
  const last = pact === undefined ? undefined : state.lastVerification(pact);
  return badge(`${consumer}/${provider} pact`, last?.success ?? null);
}

const words = {
  true: ['verified', '#4c1'],
  false: ['failed', '#e05d44'],
  null: ['unknown', '#9f9f9f'],
} as const;

/** A small picture that says yes, no or unknown. */
function badge(label: string, outcome: boolean | null) {
  const [word, colour] = words[`${outcome}`];
  const widths = [label.length * 7 + 10, word.length * 7 + 10] as const;
  const escaped = label.replaceAll(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widths[0] + widths[1]}" height="20" role="img" aria-label="${escaped}: ${word}">` +
    `<rect width="${widths[0]}" height="20" fill="#555"/><rect x="${widths[0]}" width="${widths[1]}" height="20" fill="${colour}"/>` +
    `<g fill="#fff" font-family="Verdana,sans-serif" font-size="11"><text x="5" y="14">${escaped}</text><text x="${widths[0] + 5}" y="14">${word}</text></g></svg>`;
  return {
    status: 200,
    headers: { 'Content-Type': 'image/svg+xml', 'Cache-Control': 'no-cache' },
    body: svg,
  };
}
