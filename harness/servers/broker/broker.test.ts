import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BrokerRig, openBroker } from './testing/broker-rig.ts';

let broker: BrokerRig;
beforeEach(async () => {
  broker = await openBroker();
});
afterEach(() => broker[Symbol.asyncDispose]());

const toProduction = (name: string, number: string): string =>
  `q[][pacticipant]=${name}&q[][version]=${number}&latestby=cvpv&environment=production`;

describe('can-i-deploy to an environment', () => {
  beforeEach(async () => {
    await broker.environment('production');
    await broker.publish('cart', '1', 'shop', { branch: 'main' });
    await broker.verify('cart', '1', 'shop', '1', true, 'main');
  });

  test('says yes when the provider that is there verified it', async () => {
    await broker.deploy('shop', '1', 'production');
    expect(await broker.canIDeploy(toProduction('cart', '1'))).toMatchObject({
      deployable: true,
      reason: 'All required verification results are published and successful',
    });
  });

  test('does not know while no provider is there, and says so', async () => {
    expect(await broker.canIDeploy(toProduction('cart', '1'))).toMatchObject({
      deployable: null,
      reason:
        'There is no verified pact between version 1 of cart and a version of shop currently in production (no version is currently recorded as deployed/released in this environment)',
    });
  });

  test('asks every consumer there against a provider, and every version of it', async () => {
    await broker.publish('cart', '2', 'shop', { path: '/new' });
    await broker.verify('cart', '2', 'shop', '2', true);
    await broker.deploy('cart', '1', 'production');
    expect(await broker.canIDeploy(toProduction('shop', '2'))).toMatchObject({
      deployable: null,
      reason:
        'There is no verified pact between the version of cart currently in production (1) and version 2 of shop',
    });
    await broker.verify('cart', '1', 'shop', '2', false);
    expect(await broker.canIDeploy(toProduction('shop', '2'))).toMatchObject({ deployable: false });
    await broker.verify('cart', '1', 'shop', '2', true);
    expect(await broker.canIDeploy(toProduction('shop', '2'))).toMatchObject({ deployable: true });
  });

  test('lets neither of two provider versions there hide the other', async () => {
    await broker.verify('cart', '1', 'shop', '2', false);
    await broker.deploy('shop', '1', 'production', 'blue');
    await broker.deploy('shop', '2', 'production', 'green');
    const answer = await broker.canIDeploy(toProduction('cart', '1'));
    expect(answer.deployable).toBe(false);
    expect(answer.rows).toHaveLength(2);
    expect(answer.reason).toBe(
      'The verification for the pact between version 1 of cart and one of the versions of shop currently in production (2) failed',
    );
  });

  test('needs no dependencies for who has none, and refuses a version or an environment that is not there', async () => {
    await broker.request('PUT', '/pacticipants/desk/versions/1', {});
    expect(await broker.canIDeploy(toProduction('desk', '1'))).toMatchObject({
      deployable: true,
      reason: 'There are no missing dependencies',
    });
    expect(await broker.canIDeploy(toProduction('cart', '9'))).toMatchObject({
      deployable: false,
      reason: 'No pacts or verifications have been published for version 9 of cart',
    });
    const nowhere = await broker.canIDeploy('q[][pacticipant]=cart&q[][version]=1&environment=nowhere');
    expect(nowhere.status).toBe(400);
  });

  test('knows a consumer version with the same content at once, and leaves ignored ones out', async () => {
    await broker.deploy('shop', '1', 'production');
    await broker.publish('cart', '2', 'shop');
    expect(await broker.canIDeploy(toProduction('cart', '2'))).toMatchObject({ deployable: true });
    await broker.publish('cart', '3', 'shop', { path: '/other' });
    expect(await broker.canIDeploy(toProduction('cart', '3'))).toMatchObject({ deployable: null });
    const ignoring = `${toProduction('cart', '3')}&ignore[][pacticipant]=shop`;
    expect(await broker.canIDeploy(ignoring)).toMatchObject({ deployable: true });
  });
});

test.each([
  ['two versions', 'q[][pacticipant]=cart&q[][version]=1&q[][pacticipant]=shop&q[][version]=1', true],
  [
    'branches',
    'q[][pacticipant]=cart&q[][branch]=main&q[][latest]=true&q[][pacticipant]=shop&q[][branch]=main&q[][latest]=true',
    true,
  ],
  ['a tag on both sides', 'q[][pacticipant]=cart&q[][latest]=true&q[][tag]=dev&tag=prod&latest=true', true],
  [
    'the main branches',
    'q[][pacticipant]=cart&q[][version]=1&latestby=cvp&latest=true&mainBranch=true',
    true,
  ],
  ['the latest of others', 'q[][pacticipant]=cart&q[][version]=1&latestby=cvp&latest=true', true],
  ['the old spelling', 'q[]pacticipant=cart&q[]version=1&q[]pacticipant=shop&q[]version=1', true],
  ['a tag that nobody has', 'q[][pacticipant]=cart&q[][version]=1&tag=nope', null],
  [
    'a version that nobody verified',
    'q[][pacticipant]=cart&q[][version]=1&q[][pacticipant]=shop&q[][version]=2',
    null,
  ],
])('versions are selected by %s', async (_, query, deployable) => {
  await broker.publish('cart', '1', 'shop', { branch: 'main', tags: ['dev'] });
  await broker.verify('cart', '1', 'shop', '1', true, 'main');
  await broker.request('PUT', '/pacticipants/shop/versions/1/tags/prod', {});
  if (query.includes('shop&q[][version]=2')) await broker.request('PUT', '/pacticipants/shop/versions/2', {});
  expect((await broker.canIDeploy(query)).deployable).toBe(deployable);
});

describe('pacts for verification', () => {
  const ask = async (body: object) => {
    const { json } = await broker.request('POST', '/pacts/provider/shop/for-verification', body);
    return json._embedded.pacts.map(
      (one: { shortDescription: string; verificationProperties: { pending?: boolean; wip?: boolean } }) => [
        one.shortDescription,
        one.verificationProperties.pending,
        one.verificationProperties.wip ?? false,
      ],
    );
  };
  beforeEach(async () => {
    await broker.environment('production');
    await broker.publish('cart', '1', 'shop', { branch: 'main' });
    await broker.deploy('cart', '1', 'production');
    await broker.publish('cart', '2', 'shop', { branch: 'main', path: '/new' });
    await broker.publish('cart', '3', 'shop', { branch: 'feat', path: '/feat' });
  });

  test('are chosen by branch and by what is deployed, each content once', async () => {
    const selectors = [{ mainBranch: true }, { deployedOrReleased: true }, { matchingBranch: true }];
    expect(await ask({ consumerVersionSelectors: selectors, providerVersionBranch: 'feat' })).toEqual([
      ['latest from main branch', undefined, false],
      ['deployed to production', undefined, false],
      ['latest from branch feat', undefined, false],
    ]);
    await broker.publish('cart', '4', 'shop', { branch: 'main' });
    expect(await ask({ consumerVersionSelectors: selectors.slice(0, 2) })).toEqual([
      ['latest from main branch, deployed to production', undefined, false],
    ]);
    expect(
      await ask({ consumerVersionSelectors: [{ branch: 'nope', fallbackBranch: 'feat' }] }),
    ).toHaveLength(1);
  });

  test('are pending until the provider branch verified them; a deployed one never is', async () => {
    const request = {
      consumerVersionSelectors: [{ mainBranch: true }, { deployed: true }],
      providerVersionBranch: 'main',
      includePendingStatus: true,
    };
    expect(await ask(request)).toEqual(
      [
        ['latest from main branch', false, false],
        ['deployed to production', false, false],
      ].map(([name, , wip], index) => [name, index === 0, wip]),
    );
    await broker.verify('cart', '2', 'shop', '1', true, 'main');
    expect((await ask(request))[0]).toEqual(['latest from main branch', false, false]);
  });

  test('hold work in progress that nobody chose, from a day on, until the branch verified it when it was chosen', async () => {
    const request = {
      consumerVersionSelectors: [{ mainBranch: true }],
      providerVersionBranch: 'main',
      includePendingStatus: true,
      includeWipPactsSince: '2026-11-01',
    };
    expect((await ask(request))[1]).toEqual(['latest from branch feat', true, true]);
    expect(await ask({ ...request, includeWipPactsSince: '2027-01-01' })).toHaveLength(1);
    await broker.verify('cart', '3', 'shop', '1', true, 'main');
    expect(await ask(request)).toHaveLength(1);
  });
});

describe('publishing', () => {
  test('merges what one version publishes apart, and refuses a contradiction', async () => {
    await broker.publish('cart', '1', 'shop', { path: '/a' });
    expect((await broker.publish('cart', '1', 'shop', { path: '/b', onConflict: 'merge' })).status).toBe(200);
    const { json } = await broker.request('GET', '/pacts/provider/shop/consumer/cart/version/1');
    expect(json.interactions).toHaveLength(2);
    const other = {
      ...broker.pact('cart', 'shop', '/a'),
      interactions: [{ description: '/a', request: { method: 'POST', path: '/a' } }],
    };
    const conflict = await broker.request(
      'PUT',
      '/pacts/provider/shop/consumer/cart/version/1?merge=true',
      other,
    );
    expect(conflict.status).toBe(409);
  });

  test.each([
    ['no version', { pacticipantName: 'cart', contracts: [] }, 'pacticipantVersionNumber'],
    ['a body that is no object', 'x'.repeat(3), 'not JSON'],
    [
      'content that is no pact',
      {
        pacticipantName: 'cart',
        pacticipantVersionNumber: '1',
        contracts: [
          {
            consumerName: 'cart',
            providerName: 'shop',
            content: Buffer.from('{"consumer"').toString('base64'),
          },
        ],
      },
      'is not JSON',
    ],
    [
      'a pact of somebody else',
      {
        pacticipantName: 'cart',
        pacticipantVersionNumber: '1',
        contracts: [
          {
            consumerName: 'cart',
            providerName: 'shop',
            content: Buffer.from('{"consumer":{"name":"desk"},"provider":{"name":"shop"}}').toString(
              'base64',
            ),
          },
        ],
      },
      'names the consumer \\"desk\\"',
    ],
  ])('refuses %s, and keeps nothing of it', async (_, body, message) => {
    const { status, text } = await broker.request('POST', '/contracts/publish', body);
    expect(status).toBe(400);
    expect(text).toContain(message);
    expect(broker.journal.events).toEqual([]);
  });

  test('of two at once loses neither', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => String(index));
    await Promise.all(
      numbers.map((number) => broker.publish('cart', number, 'shop', { path: `/${number}` })),
    );
    const { json } = await broker.request('GET', '/pacts/provider/shop/consumer/cart/versions');
    expect(json._embedded.pacts).toHaveLength(20);
  });

  test('of an earlier version again makes it the latest nowhere', async () => {
    for (const number of ['1', '2']) await broker.publish('cart', number, 'shop', { path: `/${number}` });
    await broker.verify('cart', '2', 'shop', '7', true);
    await broker.publish('cart', '1', 'shop', { path: '/changed' });
    const pair = '/pacts/provider/shop/consumer/cart/latest';
    expect((await broker.request('GET', pair)).text).toContain('"path":"/2"');
    expect((await broker.request('GET', `${pair}/verification-results/latest`)).json.success).toBe(true);
  });

  test('tells parties apart whose names join to the same text', async () => {
    await broker.publish('cart', '1', 'shop floor');
    await broker.publish('cart shop', '1', 'floor');
    expect((await broker.request('GET', '/pacts/latest')).json.pacts).toHaveLength(2);
  });

  test('keeps a pact’s text as it is, numbers included', async () => {
    const text = JSON.stringify(broker.pact('cart', 'shop')).replace(
      '"status":200',
      '"status":200,"body":{"id":12345678901234567890,"price":1.0}',
    );
    await broker.request('PUT', '/pacts/provider/shop/consumer/cart/version/1', text);
    const got = await broker.request('GET', '/pacts/provider/shop/consumer/cart/version/1');
    expect(got.text).toContain('"id":12345678901234567890,"price":1.0}');
  });
});

describe('environments', () => {
  test('hold one version an instance, and releases beside each other until their support ends', async () => {
    await broker.environment('production');
    for (const number of ['1', '2']) await broker.request('PUT', `/pacticipants/shop/versions/${number}`, {});
    const first = await broker.deploy('shop', '1', 'production');
    expect((await broker.deploy('shop', '1', 'production')).json.uuid).toBe(first.json.uuid);
    await broker.deploy('shop', '2', 'production');
    const { json } = await broker.request('GET', '/environments');
    const [environment] = json._embedded.environments;
    const deployed = environment._links['pb:currently-deployed-deployed-versions'].href;
    const numbersAt = async (href: string, list: string) =>
      (await broker.request('GET', href)).json._embedded[list].map(
        (one: { _embedded: { version: { number: string } } }) => one._embedded.version.number,
      );
    expect(await numbersAt(deployed, 'deployedVersions')).toEqual(['2']);
    for (const number of ['1', '2']) {
      const version = await broker.request('GET', `/pacticipants/shop/versions/${number}`);
      await broker.request('POST', version.json._links['pb:record-release'][0].href, {});
    }
    const released = environment._links['pb:currently-supported-released-versions'].href;
    expect(await numbersAt(released, 'releasedVersions')).toEqual(['1', '2']);
    const [one] = (await broker.request('GET', released)).json._embedded.releasedVersions;
    await broker.request('PATCH', one._links.self.href, { currentlySupported: false });
    expect(await numbersAt(released, 'releasedVersions')).toEqual(['2']);
  });
});

test('a result keeps its address when an earlier one is deleted with its version', async () => {
  await broker.publish('cart', '1', 'shop');
  await broker.verify('cart', '1', 'shop', '1', true);
  const second = await broker.verify('cart', '1', 'shop', '2', true);
  await broker.request('DELETE', '/pacticipants/shop/versions/1');
  const third = await broker.verify('cart', '1', 'shop', '3', false);
  for (const { json } of [second, third]) {
    const { href } = json._links.self;
    const { providerApplicationVersion } = (await broker.request('GET', href)).json;
    expect(providerApplicationVersion).toBe(json.providerApplicationVersion);
  }
});

test('who does not know the password gets nothing, and one that is known by a token everything', async () => {
  const { status } = await fetch(`${broker.url}/pacticipants`);
  expect(status).toBe(401);
  const bearer = await fetch(`${broker.url}/pacticipants`, { headers: { authorization: 'Bearer secret-1' } });
  expect(bearer.status).toBe(200);
});

test.each([
  ['GET', '/nowhere', 404],
  ['GET', '/matrix', 400],
  ['DELETE', '/matrix', 405],
  ['GET', '/pacts/provider/a%2Fb/consumer/c/latest', 404],
  ['GET', '/pacticipants/constructor/versions/__proto__', 404],
])('%s %s answers %i', async (method, path, status) => {
  expect((await broker.request(method, path)).status).toBe(status);
});

test('a webhook is called for a contract that needs verification, once a provider version, its password unseen', async () => {
  const called: string[] = [];
  const sink = createServer((request, response) => {
    called.push(request.url ?? '');
    response.end();
    sink.emit('called');
  }).listen(0, '127.0.0.1');
  await once(sink, 'listening');
  const address = sink.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const made = await broker.request('POST', '/webhooks', {
    events: [{ name: 'contract_requiring_verification_published' }],
    request: {
      method: 'POST',
      url: `http://127.0.0.1:${port}/\${pactbroker.providerVersionNumber}`,
      username: 'x',
      password: 'hidden',
    },
  });
  expect(made.text).not.toContain('hidden');
  await broker.request('PUT', '/pacticipants/shop/branches/main/versions/7', {});
  const first = once(sink, 'called');
  await broker.publish('cart', '1', 'shop');
  await first;
  await broker.verify('cart', '1', 'shop', '7', true);
  await broker.publish('cart', '2', 'shop');
  expect(called).toEqual(['/7']);
  sink.close();
});
