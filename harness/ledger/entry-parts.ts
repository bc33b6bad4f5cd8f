import { z } from 'zod';

/** What several kinds of entries have in common. */

export const digest = z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]);
export const time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/, 'a time in ISO 8601, UTC');
export const runtime = z.enum(['process', 'docker']);
export const outcome = z.enum(['pass', 'fail', 'pending', 'inconclusive']);
/** Address of an object beside the ledger: the SHA-256 of its content. */
export const objectId = z.string().regex(/^[0-9a-f]{64}$/);
export const text = z.string();
export const runId = text;
