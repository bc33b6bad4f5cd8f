import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SentFields } from '../../policy/index.ts';

/** The fields of the bodies that consumers send, from the committed pacts; a file that is no pact is somebody else's problem. */
export async function fieldsSent(folder: string): Promise<readonly SentFields[]> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) => {
    try {
      return [sentBy(JSON.parse(text) as PactJson)];
    } catch {
      return [];
    }
  });
}

interface PactJson {
  readonly consumer?: { readonly name?: string };
  readonly provider?: { readonly name?: string };
  readonly interactions?: readonly { readonly request?: { readonly body?: unknown } }[];
}

function sentBy({ consumer, provider, interactions = [] }: PactJson): SentFields {
  const fields = new Set(interactions.flatMap(({ request }) => keysOf(request?.body)));
  return { consumer: consumer?.name ?? '', provider: provider?.name ?? '', fields: [...fields] };
}

function keysOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}
