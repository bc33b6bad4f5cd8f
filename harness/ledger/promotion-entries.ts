import { z } from 'zod';
import { digest, runId, text, time } from './entry-parts.ts';

/** What people and commands say about what may be in an environment, and what became of it. */
export const promotionSchemas = {
  /** An environment is cleared for a digest from now on. */
  promotion: z.object({
    kind: z.literal('promotion'),
    runId,
    service: text,
    environment: text,
    version: text,
    digest,
    at: time,
    /** A rollback records the earlier version again. */
    rollback: z.boolean().optional(),
  }),
  approval: z.object({
    kind: z.literal('approval'),
    runId,
    decision: z.enum(['approve', 'reject']),
    service: text,
    environment: text,
    digest,
    by: text,
    reason: text,
    at: time,
  }),
  freeze: z.object({
    kind: z.literal('freeze'),
    runId,
    environment: text,
    frozen: z.boolean(),
    by: text,
    reason: text,
    /** Ends by itself; absent: when somebody lifts it. */
    until: time.optional(),
    at: time,
  }),
  /** A digest may not enter an environment until somebody approves it again: it was rolled back from there. */
  hold: z.object({
    kind: z.literal('hold'),
    runId,
    service: text,
    environment: text,
    digest,
    by: text,
    reason: text,
    at: time,
  }),
  /** Somebody takes the responsibility for what the gate would refuse. */
  'break-glass': z.object({
    kind: z.literal('break-glass'),
    runId,
    service: text,
    environment: text,
    digest,
    by: text,
    reason: text,
    until: time,
    at: time,
  }),
  /** One command changes an environment at a time. It ends with its run. */
  lock: z.object({
    kind: z.literal('lock'),
    runId,
    environment: text,
    holder: z.object({ pid: z.number(), startedAt: text, hostname: text }),
    command: text,
    /** The run whose lock it takes over, because its command is gone; null: there was none. */
    instead: text.nullable(),
    at: time,
  }),
  /** Written before anything is changed: a command that is killed afterwards leaves it without its deployment. */
  'deployment-started': z.object({
    kind: z.literal('deployment-started'),
    runId,
    service: text,
    environment: text,
    platformId: text,
    version: text,
    digest,
    /** What was there, and Marathon's name for it; null: nothing. */
    before: z
      .object({ digest: digest.nullable(), version: text.nullable(), marathonVersion: text })
      .nullable(),
    rollback: z.boolean(),
    at: time,
  }),
  /** What was seen of a version after it was deployed. */
  observation: z.object({
    kind: z.literal('observation'),
    runId,
    service: text,
    environment: text,
    digest,
    outcome: z.enum(['pass', 'fail', 'inconclusive']),
    reason: text,
    numbers: z.record(text, z.number()),
    at: time,
  }),
} as const;
