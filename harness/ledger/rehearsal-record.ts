import { z } from 'zod';
import { digest, objectId, runtime, text, time } from './entry-parts.ts';

const count = z.number();
/** The first few, one a line: requests, task deaths, log lines. */
const examples = z.array(text).readonly();

/** Requests of one kind, and how many of them failed through this service's own fault. */
const answered = z.object({ requests: count, failed: count, examples });

/** `liveMs` is what the health check takes: the machine's share. */
const times = z.object({ requests: count, p50Ms: count, p95Ms: count, liveMs: count });

/**
 * What was measured of one service's candidate; what is absent could not be measured. Where nothing is replaced, the candidate
 * was rolled over itself, and what is said of it covers both.
 */
const measures = z.object({
  /** While versions changed: rolled out, back, and forward again. */
  changing: answered.optional(),
  /** While nothing changed. */
  steady: answered.optional(),
  /** While only the version that is replaced ran. */
  before: answered.optional(),
  /** Requests that the version in place could not answer, so that they were not sent again. */
  unanswered: examples.optional(),
  /** Healthy tasks while versions changed. */
  capacity: z.object({ wanted: count, least: count, examples }).optional(),
  /** From SIGTERM, or the last answer after it, to the end of a task. */
  shutdown: z
    .object({
      graceMs: count,
      slowestMs: count,
      tasks: count,
      /** Tasks that had to be killed when their grace was over. */
      killed: count,
      examples,
    })
    .optional(),
  /** Tasks that ended though nobody asked for it. */
  restarts: z.object({ count, examples }).optional(),
  /** From kill -9 to as many healthy tasks as before. */
  healing: z.object({ slowestMs: count, healed: z.boolean() }).optional(),
  /** The first requests to each new task. */
  early: answered.optional(),
  /** The version before: beside the candidate, and alone again on what the candidate left behind. */
  beside: answered.optional(),
  returned: answered.optional(),
  /**
   * What the service itself takes for a request, in milliseconds; `z`: by how many deviations it is slower
   * than before; `othersMs`: the other services, in the middle.
   */
  latency: z
    .object({ before: times.optional(), after: times, othersMs: count.optional(), z: count.optional() })
    .optional(),
  resources: z
    .object({
      requests: count,
      rssBeforeMiB: count,
      rssAfterMiB: count,
      fdsBefore: count,
      /** In the middle of the requests: what a pool takes is taken by then, what leaks goes on. */
      fdsHalfway: count.optional(),
      fdsAfter: count,
      cpusAtRest: count.optional(),
      logBytes: count.optional(),
    })
    .optional(),
  logs: z.object({ lines: count, leaks: examples, newErrors: examples }).optional(),
  /** Shares of calls and of answers that carry the request's id, and whether others of the system do it. */
  requestIds: z
    .object({
      passedOn: count.optional(),
      echoed: count.optional(),
      passingExpected: z.boolean(),
      echoExpected: z.boolean(),
      neighbours: examples,
    })
    .optional(),
  /** While dependencies misbehaved; each a list of what was seen. */
  faults: z
    .object({
      dependencies: examples,
      unanswered: examples,
      retries: examples,
      notLive: examples,
      falselyReady: examples,
      notRecovered: examples,
    })
    .optional(),
});

const rehearsedService = z.object({
  service: text,
  version: text,
  digest,
  /** What it would replace; null: nothing. */
  previous: z.object({ version: text, digest }).nullable(),
  /** There was nothing to replace, or its bytes were gone: it was rolled over itself. */
  overItself: z.boolean(),
  /** False: it was there as the others' neighbour. */
  rolled: z.boolean(),
  /** Why it could not be rehearsed to the end through its own fault: it does not start. */
  obstacle: text.nullable(),
  measures,
});

/** What a rehearsal found out, for the checks of a gate. */
export const rehearsal = z.object({
  /** The environment whose replica it was. */
  environment: text,
  runtime,
  startedAt: time,
  durationMs: count,
  services: z.array(rehearsedService).readonly(),
  /** Everything that was seen, as an object beside the ledger. */
  recording: objectId.nullable(),
});

export type RehearsalMeasures = z.infer<typeof measures>;
export type RehearsedServiceRecord = z.infer<typeof rehearsedService>;
