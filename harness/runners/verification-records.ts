import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { VerificationRecord } from './contract-folders.ts';

const record = z.object({
  provider: z.string(),
  subject: z.enum(['artifact', 'wrapped', 'stand-in']),
  pacts: z.array(z.templateLiteral(['sha256:', z.string()])),
  results: z.array(
    z.object({
      consumer: z.string(),
      description: z.string(),
      states: z.array(z.string()),
      passed: z.boolean(),
      pending: z.boolean(),
      notAsked: z.boolean(),
      differences: z.array(z.string()),
    }),
  ),
});

/** Keeps what one verification found, in a file of its own. */
export async function keepVerification(folder: string, found: VerificationRecord): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${randomUUID()}.json`), JSON.stringify(found));
}

/** Every verification that came to its end, in no particular order. */
export async function readVerifications(folder: string): Promise<VerificationRecord[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names.map(async (name) => record.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))),
  );
}
