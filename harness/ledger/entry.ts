import { z } from 'zod';
import { stageNames } from '../model/index.ts';
import { digest, objectId, outcome, runId, runtime, text, time } from './entry-parts.ts';
import { promotionSchemas } from './promotion-entries.ts';
import { rehearsal } from './rehearsal-record.ts';

/** Raised whenever an entry of today could not be read by the code of yesterday. */
export const entryVersion = 3;

const artifact = z.object({
  service: text,
  version: text,
  digest,
  runtime,
  /** Where the bytes are for as long as the run's registry or the artifact folder keeps them. */
  location: text,
  /** Under docker: the bundle that was built beside the image. */
  bundle: text.optional(),
  bytes: z.number(),
  commit: text.nullable(),
  /** The last commits that touched the service, the newest first; absent where nobody asked. */
  changes: z
    .array(z.object({ commit: text, authors: z.array(text).readonly(), subject: text.optional() }))
    .readonly()
    .optional(),
  /** Branches that hold the commit, without the name of a remote. */
  branches: z.array(text).readonly().optional(),
  builtAt: time,
});

const deployedVersion = z.object({ service: text, digest });

const cause = z.object({
  service: text,
  because: text,
  evidence: z.array(text).readonly(),
  suspects: z.array(text).readonly(),
});

const control = z.object({
  kind: z.enum(['regression', 'flaky', 'infrastructure', 'failing']),
  rounds: z
    .array(
      z.object({
        subject: z.enum(['candidate', 'deployed today']),
        version: text.nullable(),
        digest: digest.nullable(),
        passed: z.number(),
        failed: z.number(),
        failure: text.nullable(),
      }),
    )
    .readonly(),
});

const incident = z.object({
  what: z.enum(['died', 'killed-late', 'unhealthy', 'recovered', 'not-placed']),
  service: text,
  environment: text,
  appId: text,
  taskId: text,
  message: text,
  at: time,
  printed: text.optional(),
});

const evidence = z.object({
  stage: z.enum(stageNames),
  service: text,
  status: z.enum(['pass', 'fail', 'inconclusive', 'skipped']),
  tests: z.object({ passed: z.number(), failed: z.number(), skipped: z.number() }),
  /** Full titles of the tests that failed. */
  failed: z.array(text).readonly(),
  /** The first failing test, as a gate quotes it. */
  firstFailure: z.object({ test: text, message: text }).optional(),
  digest,
  runtime,
  startedAt: time,
  durationMs: z.number(),
  because: text.optional(),
  /** Who caused its failures, each service once. */
  causes: z.array(cause).readonly().optional(),
  /** Failed tests of which nothing tells who caused them; absent where nobody looked. */
  unexplained: z.number().optional(),
  /** What running a failure again found. */
  control: control.optional(),
  /** Environment the subject was deployed in; null for stages of the test runner. */
  environment: text.nullable(),
  /** What was deployed in that environment while the tests ran, the subject included. */
  beside: z.array(deployedVersion).readonly(),
  /** Of everything the stage read; null when some of it could not be known, so that the result is never reused. */
  fingerprint: text.nullable(),
  /** The test cases, as an object beside the ledger. */
  cases: objectId.nullable(),
});

const contractResult = z.object({
  consumer: text,
  provider: text,
  /** Of the pact without its metadata. */
  contentHash: text,
  consumerDigest: digest.nullable(),
  /** Null for a version that stagegate did not build: then it is known by its number alone. */
  providerDigest: digest.nullable(),
  /** Absent where the artifact says it. */
  providerVersion: text.optional(),
  status: z.enum(['pass', 'fail', 'inconclusive']),
  interactions: z
    .array(z.object({ description: text, status: outcome, because: text.optional() }))
    .readonly(),
  at: time,
  /** Of a result that a verifier published: the build it came from. */
  buildUrl: text.optional(),
  /** The pact was verified because it is work in progress, and chosen by nobody. */
  wip: z.boolean().optional(),
});

const publishedPacts = z.object({
  consumer: text,
  version: text,
  /** Null for a version that stagegate did not build. */
  digest: digest.nullable(),
  pacts: z
    .array(
      z.object({
        provider: text,
        contentHash: text,
        /** The pact as JSON. */
        content: objectId,
      }),
    )
    .readonly(),
  at: time,
});

const deployment = z.object({
  service: text,
  environment: text,
  /** Name of the platform in the configuration, and the one instance of it: `embedded:<run id>` ends with its run. */
  platform: z.object({ name: text, id: text, lifetime: z.enum(['command', 'lasting']) }),
  version: text,
  digest,
  outcome: z.enum(['pass', 'fail']),
  /** Healthy tasks once it was deployed. */
  tasks: z.number().optional(),
  because: text.optional(),
  fingerprint: text.nullable(),
  at: time,
});

const verdict = z.object({
  kind: outcome,
  service: text,
  version: text,
  digest,
  from: text.nullable(),
  to: text,
  checks: z
    .array(
      z.object({
        check: text,
        stage: z.enum(stageNames).optional(),
        outcome,
        reason: text,
        debt: z.object({ owner: text, reason: text, until: time }).optional(),
        evidence: z.array(text).readonly().optional(),
      }),
    )
    .readonly(),
  decidedAt: time,
});

/** What the ledger holds, by kind. Members may be added; one that changes its meaning raises {@link entryVersion}. */
export const recordSchemas = {
  artifact: z.object({
    kind: z.literal('artifact'),
    runId,
    /** Of everything the build read; null when it could not be known. */
    fingerprint: text.nullable(),
    artifact,
  }),
  'build-failure': z.object({
    kind: z.literal('build-failure'),
    runId,
    service: text,
    fingerprint: text.nullable(),
    /** The line of the output that says why. */
    because: text,
    at: time,
  }),
  evidence: z.object({ kind: z.literal('evidence'), runId, evidence }),
  /** All that a version of a consumer expects of others; takes the place of what was recorded of that version before. */
  pacts: z.object({ kind: z.literal('pacts'), runId, pacts: publishedPacts }),
  /** What a client of the contract broker recorded that is not known otherwise: branches, tags, environments, releases. */
  broker: z.object({
    kind: z.literal('broker'),
    runId,
    event: z.looseObject({ type: text, at: time }),
  }),
  contract: z.object({ kind: z.literal('contract'), runId, contract: contractResult }),
  deployment: z.object({ kind: z.literal('deployment'), runId, deployment }),
  /** What is written of a service and cannot work, or may not be meant (`advice`). */
  definition: z.object({
    kind: z.literal('definition'),
    runId,
    service: text,
    findings: z
      .array(z.object({ check: text, reason: text, key: text.optional(), advice: z.boolean().optional() }))
      .readonly(),
    at: time,
  }),
  /** What the journeys that change nothing were answered right after a deployment. */
  smoke: z.object({
    kind: z.literal('smoke'),
    runId,
    environment: text,
    requests: z.number(),
    failures: z.array(z.object({ service: text, reason: text })).readonly(),
    versions: z.array(deployedVersion).readonly(),
    at: time,
  }),
  /** What happened to a task and nobody asked for. */
  incident: z.object({ kind: z.literal('incident'), runId, incident }),
  /** Everything deployed on a platform instance is gone with it. */
  'platform-ended': z.object({
    kind: z.literal('platform-ended'),
    runId,
    platformId: text,
    at: time,
  }),
  ...promotionSchemas,
  rehearsal: z.object({ kind: z.literal('rehearsal'), runId, rehearsal }),
  verdict: z.object({ kind: z.literal('verdict'), runId, verdict }),
  run: z.object({
    kind: z.literal('run'),
    runId,
    system: text,
    target: text,
    runtime,
    verdict: outcome,
    commit: text.nullable(),
    startedAt: time,
    durationMs: z.number(),
    /** Of every step that was done, not taken from an earlier run, how long it took. */
    steps: z.record(text, z.number()).optional(),
  }),
} as const;

export type RecordKind = keyof typeof recordSchemas;
export type RecordOf<Kind extends RecordKind> = z.infer<(typeof recordSchemas)[Kind]>;
/** One thing worth remembering. Holds no secret and no address that dies with its run, but for an artifact's. */
export type LedgerRecord = { [Kind in RecordKind]: RecordOf<Kind> }[RecordKind];

export type Evidence = z.infer<typeof evidence> & { readonly runId: string };
export type RecordedIncident = z.infer<typeof incident> & { readonly runId: string };
export type ContractResult = z.infer<typeof contractResult> & { readonly runId: string };
/** Something that a client of the broker recorded; what else it says depends on its type. */
export type BrokerRecord = RecordOf<'broker'>['event'];
export type PublishedPacts = z.infer<typeof publishedPacts> & { readonly runId: string };

/** A record in its place in the chain. */
export interface LedgerEntry {
  /** SHA-256 over the canonical JSON of the entry without it. */
  readonly id: string;
  /** Id of the entry before; null for the first. */
  readonly previous: string | null;
  readonly record: LedgerRecord;
  readonly version: number;
}

/** Null when the record fits its kind; else what does not fit, with the path of the member. */
export function recordProblem(record: unknown): string | null {
  const kind = (record as { readonly kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(recordSchemas, kind)) {
    return `its kind is ${JSON.stringify(kind)}, which this version of stagegate does not know`;
  }
  const checked = recordSchemas[kind as RecordKind].safeParse(record);
  if (checked.success) return null;
  const [issue] = checked.error.issues;
  return `${kind}.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`;
}
