import { z } from 'zod';
import { digest, objectId, runtime, text, time } from './entry-parts.ts';

const count = z.number();
/** The first few, one a line: requests, task deaths, log lines. */
const examples = z.array(text).readonly();

/** Requests of one kind, and how many of them failed through this service's own fault. */
const answered = z.object({ requests: count, failed: count, examples });

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
  /** From SIGTERM to the end of a task. */
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
