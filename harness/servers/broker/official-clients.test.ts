import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Verifier } from '@pact-foundation/pact';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrokerRig, credentials, openBroker } from './testing/broker-rig.ts';

const program = officialProgram();
let broker: BrokerRig;
let provider: Server;
let folder: string;
let status = 200;

beforeAll(async () => {
  broker = await openBroker();
  folder = await mkdtemp(join(tmpdir(), 'stagegate-broker-'));
  provider = createServer((request, response) => {
    request.resume();
    if (request.url === '/states') response.setHeader('content-type', 'application/json').end('{}');
    else response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
});
afterAll(async () => {
  provider.closeAllConnections();
  provider.close();
  await rm(folder, { recursive: true, force: true });
  await broker[Symbol.asyncDispose]();
});

describe.skipIf(program === null)('the official command line', () => {
  const run = async (...args: readonly string[]): Promise<{ code: number; output: string }> => {
    const env = {
      ...process.env,
      PACT_BROKER_BASE_URL: broker.url,
      PACT_BROKER_USERNAME: credentials.user,
      PACT_BROKER_PASSWORD: credentials.password,
      PACT_DO_NOT_TRACK: 'true',
    };
    try {
      const { stdout, stderr } = await promisify(execFile)(program ?? '', ['broker', ...args], { env });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  };

  test('publishes, records and asks', async () => {
    const file = join(folder, 'cart-shop.json');
    await writeFile(file, JSON.stringify(broker.pact('cart', 'shop', '/things')));
    const version = ['-a', 'cart', '-e', '1'];
    const steps: readonly (readonly [readonly string[], number, RegExp])[] = [
      [
        ['publish', file, '--consumer-app-version', '1', '--branch', 'main', '--tag', 'dev'],
        0,
        /successfully published for cart version 1/,
      ],
      [['create-environment', '--name', 'uat', '--production'], 0, /Created uat environment/],
      [['create-environment', '--name', 'uat', '--production'], 1, /already exists/],
      [['list-environments'], 0, /uat/],
      [['can-i-deploy', ...version, '--to-environment', 'uat'], 1, /no version is currently recorded/],
      [['create-or-update-version', '-a', 'shop', '-e', '1', '--branch', 'main'], 0, /Branch 'main' created/],
      [['record-deployment', '-a', 'shop', '-e', '1', '--environment', 'uat'], 0, /Recorded deployment of/],
      [['record-release', '-a', 'shop', '-e', '1', '--environment', 'uat'], 0, /Recorded release of/],
      [['can-i-deploy', ...version, '--to-environment', 'uat', '-o', 'table'], 1, /unknown/],
      [['describe-version', ...version], 0, /dev/],
      [['describe-version', '-a', 'shop', '--environment', 'uat'], 0, /Deployed/],
      [['describe-pacticipant', '--name', 'cart'], 0, /Main Branch: main/],
      [['list-pacticipants'], 0, /"shop"/],
      [['list-latest-pact-versions', '-o', 'table'], 0, /"cart"/],
      [['get-pacts', '--provider', 'shop'], 0, /Pact between cart \(1\) and shop/],
      [['create-version-tag', ...version, '--tag', 'x'], 0, /Success/],
      [['delete-version-tag', ...version, '--tag', 'x'], 0, /Successfully deleted/],
      [['create-or-update-pacticipant', '--name', 'desk', '--main-branch', 'trunk'], 0, /desk/],
      [['record-support-ended', '-a', 'shop', '-e', '1', '--environment', 'uat'], 0, /support ended/],
      [['record-undeployment', '-a', 'shop', '--environment', 'uat'], 0, /Undeployed/],
      [['delete-branch', '-a', 'shop', '--branch', 'main'], 0, /uccess/],
    ];
    for (const [args, code, output] of steps) {
      expect({ args, ...(await run(...args)) }).toEqual({
        args,
        code,
        output: expect.stringMatching(output),
      });
    }
  }, 60_000);
});

describe('pact-js', () => {
  const verify = (more: object) => {
    const address = provider.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new Verifier({
      provider: 'stock',
      providerBaseUrl: `http://127.0.0.1:${port}`,
      providerStatesSetupUrl: `http://127.0.0.1:${port}/states`,
      pactBrokerUrl: broker.url,
      pactBrokerUsername: credentials.user,
      pactBrokerPassword: credentials.password,
      publishVerificationResult: true,
      providerVersionBranch: 'main',
      consumerVersionSelectors: [{ mainBranch: true }],
      logLevel: 'error',
      ...more,
    }).verifyProvider();
  };

  test('verifies what the selectors choose, publishes, and lets pending and work in progress fail nobody', async () => {
    await broker.environment('live');
    await broker.publish('van', '1', 'stock', { branch: 'main' });
    status = 500;
    await expect(verify({ providerVersion: '1', enablePending: true })).resolves.toBeDefined();
    await expect(verify({ providerVersion: '1' })).rejects.toThrow();
    status = 200;
    await verify({ providerVersion: '2', enablePending: true });
    await broker.deploy('stock', '2', 'live');
    const asked = 'q[][pacticipant]=van&q[][version]=1&environment=live';
    expect(await broker.canIDeploy(asked)).toMatchObject({ deployable: true });
    await broker.publish('van', '2', 'stock', { branch: 'feat', path: '/feat' });
    status = 500;
    const wip = {
      enablePending: true,
      includeWipPactsSince: '2026-01-01',
      consumerVersionSelectors: [{ branch: 'nope' }],
    };
    await expect(verify({ providerVersion: '3', ...wip })).resolves.toBeDefined();
    const published = broker.journal.events.filter((event) => event.type === 'verification');
    expect(
      published.map(({ providerVersion, success, wip: isWip }) => [providerVersion, success, isWip]),
    ).toEqual([
      ['1', false, false],
      ['1', false, false],
      ['2', true, false],
      ['3', false, true],
    ]);
    status = 200;
  }, 60_000);
});

/** Null where it is not installed. */
function officialProgram(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve(
      `@pact-foundation/pact-cli-${process.platform}-${process.arch}/package.json`,
    );
    const file = join(dirname(manifest), 'standalone', 'pact');
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}
