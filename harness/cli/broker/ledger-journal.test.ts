import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { foldState, type LedgerRecord, type LiveLedger, openLedger } from '../../ledger/index.ts';
import { versionsIn } from '../../policy/index.ts';
import type { BrokerEvent } from '../../servers/broker/index.ts';
import { ledgerJournal } from './ledger-journal.ts';

let folder: string;
let ledger: LiveLedger;
const at = '2026-11-25T10:00:00.000Z';
const digest = `sha256:${'a'.repeat(64)}` as const;
const built: LedgerRecord = {
  kind: 'artifact',
  runId: 'run-1',
  fingerprint: null,
  artifact: {
    service: 'shop',
    version: '1.0.0',
    digest,
    runtime: 'process',
    location: '',
    bytes: 1,
    commit: null,
    builtAt: at,
  },
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagegate-journal-'));
  ledger = await openLedger(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('what stages and gates recorded are versions, pacts, results and deployments', async () => {
  await ledger.append([
    built,
    {
      kind: 'contract',
      runId: 'run-1',
      contract: {
        consumer: 'cart',
        provider: 'shop',
        contentHash: `sha256:${'b'.repeat(64)}`,
        consumerDigest: null,
        providerDigest: digest,
        status: 'inconclusive',
        interactions: [],
        at,
      },
    },
    {
      kind: 'promotion',
      runId: 'run-1',
      service: 'shop',
      environment: 'production',
      version: '1.0.0',
      digest,
      at,
    },
  ]);
  const [environment, ...events] = await ledgerJournal(ledger, ['production']).read();
  expect(environment).toMatchObject({ type: 'environment', name: 'production', production: true });
  expect(events).toMatchObject([
    { type: 'version', pacticipant: 'shop', number: '1.0.0' },
    { type: 'verification', sha: 'b'.repeat(64), providerVersion: '1.0.0', success: false },
    { type: 'deployed', pacticipant: 'shop', number: '1.0.0' },
  ]);
});

test('what clients publish is read back by them and by the gates, with the bytes of a known version', async () => {
  await ledger.append([built]);
  const journal = ledgerJournal(ledger, ['production']);
  const [environment] = await journal.read();
  const content = '{"consumer":{"name":"app"},"provider":{"name":"shop"}}';
  const events: readonly BrokerEvent[] = [
    { type: 'version', pacticipant: 'app', number: '7', branch: 'main', tags: ['x'], at },
    {
      type: 'pact',
      consumer: 'app',
      provider: 'shop',
      number: '7',
      sha: 'c'.repeat(64),
      content: journal.contentId(content),
      at,
    },
    {
      type: 'verification',
      consumer: 'app',
      provider: 'shop',
      sha: 'c'.repeat(64),
      providerVersion: '1.0.0',
      success: true,
      wip: false,
      testResults: [{ interactionDescription: 'd', success: true }],
      at,
    },
    {
      type: 'deployed',
      uuid: 'u',
      pacticipant: 'app',
      number: '7',
      environment: environment?.type === 'environment' ? environment.uuid : '',
      applicationInstance: null,
      at,
    },
  ];
  await journal.append(events, [content]);
  expect((await journal.read()).map(({ type }) => type).toSorted()).toEqual(
    ['version', 'version', 'pact', 'verification', 'deployed'].toSorted(),
  );
  const state = foldState((await openLedger(folder)).entries);
  expect(state.pacts).toMatchObject([
    { consumer: 'app', version: '7', digest: null, pacts: [{ provider: 'shop' }] },
  ]);
  expect(state.contracts).toMatchObject([
    { providerDigest: digest, providerVersion: '1.0.0', status: 'pass' },
  ]);
  expect(versionsIn(state, 'production')).toEqual([
    { name: 'app', version: '7', digest: null, how: 'recorded' },
  ]);
  await journal.append([{ type: 'undeployed', uuid: 'u', at }]);
  expect(versionsIn(foldState(ledger.entries), 'production')).toEqual([]);
});

test('what another process appends is read too', async () => {
  const journal = ledgerJournal(ledger, []);
  await journal.read();
  await (await openLedger(folder)).append([built]);
  expect(await journal.read()).toMatchObject([{ type: 'version', number: '1.0.0' }]);
});
