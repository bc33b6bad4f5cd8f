import type {
  Digest,
  Placement,
  RunRecord,
  RunStory,
  StageName,
  StageResult,
  StepRecord,
  TestCase,
  VerdictKind,
} from '../model/index.ts';
import { stageNames } from '../model/index.ts';

/** Literal records that the tests of this room draw from; also what a screenshot is made of. */

const services = ['catalog', 'inventory', 'payments', 'notifications', 'orders', 'gateway'] as const;
const environments = ['dev', 'test', 'staging', 'production'] as const;
const gateStages: Readonly<Record<string, readonly StageName[]>> = {
  test: ['unit', 'integration', 'contract'],
  staging: ['functional'],
  production: ['acceptance'],
};

export function digestOf(service: string): Digest {
  const hex = [...service].map((letter) => letter.charCodeAt(0).toString(16)).join('');
  return `sha256:${hex.repeat(12).slice(0, 64).padEnd(64, '0')}`;
}

function versionOf(service: string): string {
  return `1.${service.length}.0+g3f2a91c`;
}

function testCase(stage: StageName, service: string, index: number): TestCase {
  return {
    name: `${service} > does what it promises, case ${index + 1}`,
    file: `suites/${stage}/${service}/${service}.test.ts`,
    outcome: 'pass',
    durationMs: 3 + index,
  };
}

function passed(stage: StageName, service: string): StageResult {
  const cases = Array.from({ length: service.length }, (_, index) => testCase(stage, service, index));
  return {
    stage,
    service,
    status: 'pass',
    tests: { passed: cases.length, failed: 0, skipped: 0 },
    cases,
    digest: digestOf(service),
    runtime: 'process',
    startedAt: `2026-11-22T12:0${stageNames.indexOf(stage) + 1}:10.000Z`,
    durationMs: 180 * service.length * (stageNames.indexOf(stage) + 1),
  };
}

function stands(service: string, environment: string): Placement {
  const reasons = (gateStages[environment] ?? []).map(
    (stage) =>
      `${stage} passed ${service.length} of ${service.length} for sha256:${digestOf(service).slice(7, 19)}`,
  );
  return {
    service,
    version: versionOf(service),
    digest: digestOf(service),
    verdict: 'pass',
    reasons: [...reasons, 'deployed with 1 healthy task'],
  };
}

function steps(): StepRecord[] {
  const list: StepRecord[] = [];
  const add = (id: string, title: string, startedMs: number, durationMs: number): void => {
    list.push({ id, title, outcome: 'pass', startedMs, durationMs });
  };
  const addStage = (stage: StageName, startedMs: number, durationMs: number): void => {
    for (const service of services)
      add(`verify ${stage} ${service}`, `${stage} ${service}`, startedMs, durationMs);
  };
  add('open embedded', 'Mesos and Marathon', 0, 640);
  add('open stores', 'PostgreSQL', 640, 2100);
  services.forEach((service, index) => {
    add(`build ${service}`, `build ${service}`, 100 + 350 * Math.floor(index / 2), 340);
  });
  addStage('unit', 1300, 3900);
  addStage('integration', 2800, 9200);
  addStage('contract', 2800, 12_400);
  services.forEach((service, index) => {
    add(`deploy ${service} dev`, `deploy ${service} to dev`, 2800 + 700 * index, 2600);
  });
  addStage('functional', 18_000, 16_000);
  addStage('acceptance', 41_000, 24_000);
  services.forEach((service, index) => {
    add(`deploy ${service} production`, `deploy ${service} to production`, 65_000 + 600 * index, 2400);
  });
  return list;
}

export const passingRecord: RunRecord = {
  schema: 'stagegate.run/1',
  runId: '20261122-120000-4d2f',
  system: 'shop',
  runtime: 'process',
  verdict: 'pass',
  target: 'production',
  startedAt: '2026-11-22T12:00:00.000Z',
  durationMs: 71_400,
  commit: '3f2a91c5d0e6b7a8c9d0e1f2a3b4c5d6e7f80912',
  services: services.map((name) => ({
    name,
    version: versionOf(name),
    digest: digestOf(name),
    bytes: 310_000 + 1_000 * name.length,
  })),
  stages: stageNames.flatMap((stage) => services.map((service) => passed(stage, service))),
  environments: environments.map((name) => ({
    name,
    services: services.map((service) => stands(service, name)),
  })),
  verdicts: [],
  steps: steps(),
  cluster: { agents: 3, readyMs: 640 },
  notices: ['No Docker engine answered, so services ran as processes.'],
  problems: [],
};

const brokenMessage = [
  'orders breaks the pact with gateway: "a request for an order that exists"',
  '',
  'body $.total: expected a number, but it was "12.50"',
  'body $.note: expected <i>nothing</i>',
  '- Expected',
  '+ Received',
  '-   "total": 1250',
  '+   "total": "12.50" & <b>markup</b> that must not be believed',
].join('\n');

const brokenCase: TestCase = {
  name: 'orders > honours what gateway expects of it',
  file: 'suites/contract/orders/orders.provider.test.ts',
  outcome: 'fail',
  durationMs: 1840,
  failure: {
    message: brokenMessage,
    stack: 'Error: orders breaks the pact\n    at suites/contract/orders/orders.provider.test.ts:31:5',
  },
};

function held(service: string, verdict: VerdictKind, ...reasons: readonly string[]): Placement {
  return { service, version: null, digest: null, verdict, reasons };
}

function placementInFailure(service: string, environment: string): Placement {
  if (environment === 'dev' || !['orders', 'gateway'].includes(service)) return stands(service, environment);
  if (environment !== 'test') {
    return held(service, 'inconclusive', `${service} was not promoted to the environment before`);
  }
  return service === 'orders'
    ? held(
        service,
        'fail',
        `contract failed 1 of 6, first "${brokenCase.name}": ${brokenMessage.split('\n')[0]}`,
      )
    : held(service, 'inconclusive', 'orders, which it calls, was not promoted to test');
}

/** `orders` breaks a pact; `gateway`, which needs it, is held with it. */
export const failingRecord: RunRecord = {
  ...passingRecord,
  verdict: 'fail',
  durationMs: 48_900,
  stages: passingRecord.stages.map((result) => {
    if (result.service === 'orders' && result.stage === 'contract') {
      return {
        ...result,
        status: 'fail',
        tests: { passed: 5, failed: 1, skipped: 1 },
        cases: [
          ...result.cases.slice(0, 5),
          brokenCase,
          { ...testCase('contract', 'orders', 9), outcome: 'skipped' },
        ],
        because: `${brokenCase.name}: ${brokenMessage.split('\n')[0]}`,
      };
    }
    if (result.service === 'payments' && result.stage === 'integration') {
      return {
        ...result,
        status: 'inconclusive',
        tests: { passed: 0, failed: 0, skipped: 0 },
        cases: [],
        because: 'SG_NO_TESTS: no *.test.ts in suites/integration/payments/',
      };
    }
    if (
      ['orders', 'gateway'].includes(result.service) &&
      ['functional', 'acceptance'].includes(result.stage)
    ) {
      return {
        ...result,
        status: 'skipped',
        tests: { passed: 0, failed: 0, skipped: 0 },
        cases: [],
        because: `${result.service} did not get into test`,
      };
    }
    return result;
  }),
  environments: environments.map((name) => ({
    name,
    services: services.map((service) => placementInFailure(service, name)),
  })),
  steps: passingRecord.steps.map((step) => {
    if (step.id === 'verify contract orders')
      return { ...step, outcome: 'fail', detail: '1 of 35 tests failed' };
    if (!/(orders|gateway) production/.test(step.id)) return step;
    return { id: step.id, title: step.title, outcome: 'skipped', durationMs: 0 };
  }),
};

/** The engine went away while building: nothing is known. */
export const brokenRecord: RunRecord = {
  ...passingRecord,
  verdict: 'inconclusive',
  durationMs: 2_200,
  services: passingRecord.services.slice(0, 1),
  stages: [],
  environments: environments.map((name) => ({
    name,
    services: services.map((service) => held(service, 'inconclusive', 'the run ended before it')),
  })),
  steps: [],
  cluster: undefined,
  problems: [
    {
      code: 'SG_STORE_FAILED',
      message:
        'PostgreSQL did not start: could not create shared memory segment; its log is /tmp/x/postgres.log',
      hint: 'Read the database log named above; free memory, shared memory or disk, and run again.',
    },
  ],
};

/** What the ledger adds to {@link failingRecord}. */
export const failingStory: RunStory = {
  changes: [
    {
      service: 'orders',
      from: {
        version: '1.5.0+g1111111',
        digest: digestOf('older orders'),
        commit: null,
        bytes: 300_000,
        promotedAt: '2026-11-18T09:12:00.000Z',
      },
      to: { version: versionOf('orders'), digest: digestOf('orders'), commit: null, bytes: 330_000 },
      commits: [
        { commit: '3f2a91c', authors: ['lin@example.org'], subject: 'Totals as <b>text</b>' },
        { commit: '77ab012', authors: ['mo@example.org'], subject: 'Read prices in cents' },
      ],
      hasAllCommits: true,
      pacts: ['it expects something else of inventory'],
    },
  ],
  failing: [
    {
      service: 'orders',
      stage: 'contract',
      since: { runId: '20261121-090000-aaaa', at: '2026-11-21T09:00:10.000Z' },
      lastPass: { runId: '20261120-100000-bbbb', at: '2026-11-20T10:00:00.000Z', digest: digestOf('orders') },
    },
  ],
  untested: ['acceptance has no result for orders, gateway'],
  trend: [
    {
      runId: '20261120-100000-bbbb',
      startedAt: '2026-11-20T10:00:00.000Z',
      durationMs: 71_000,
      verdict: 'pass',
    },
    {
      runId: '20261122-120000-4d2f',
      startedAt: '2026-11-22T12:00:00.000Z',
      durationMs: 48_900,
      verdict: 'fail',
    },
  ],
};
