import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ConfigProblem } from './config.ts';
import { readJson } from './project-files.ts';
import { schemaProblems } from './schema-problems.ts';

const participant = z.looseObject({ name: z.string().min(1) });
const pactSchema = z
  .looseObject({
    consumer: participant,
    provider: participant,
    interactions: z.array(z.looseObject({})).optional(),
    messages: z.array(z.looseObject({})).optional(),
  })
  .refine(
    (pact) => pact.interactions !== undefined || pact.messages !== undefined,
    'write "interactions" or "messages"',
  );

/** Problems of the `*.json` in the folder of pacts: each must be JSON and name its consumer, its provider and what they agreed on. */
export async function checkPactFiles(root: string, folder: string): Promise<readonly ConfigProblem[]> {
  const names = await readdir(join(root, folder)).catch(() => []);
  const pacts = names.filter((name) => name.endsWith('.json')).sort();
  return (await Promise.all(pacts.map((name) => checkPact(root, join(folder, name))))).flat();
}

async function checkPact(root: string, file: string): Promise<readonly ConfigProblem[]> {
  const json = await readJson(join(root, file), file, 'a pact');
  if (json.kind === 'unsound') return json.problems;
  const parsed = pactSchema.safeParse(json.value, { reportInput: true });
  if (parsed.success) return [];
  return schemaProblems(parsed.error.issues, {}).map((problem) => ({ file, ...problem }));
}
