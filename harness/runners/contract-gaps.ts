import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const gap = z.object({ consumer: z.string(), provider: z.string(), calls: z.array(z.string()) });

/** Calls of one service to a neighbour that their pact does not cover. */
export type ContractGap = z.infer<typeof gap>;

/** Below the run's own folder: what tests found out on their way. */
function folderOf(scratch: string): string {
  return join(scratch, 'contract-gaps');
}

/** Keeps what one stub saw, in a file of its own. */
export async function keepGap(scratch: string, found: ContractGap): Promise<void> {
  const folder = folderOf(scratch);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${randomUUID()}.json`), JSON.stringify(found));
}

/** A sentence for each neighbour of the service that was called in a way no pact covers. */
export async function gapsOf(service: string, scratch: string): Promise<readonly string[]> {
  const names = await readdir(folderOf(scratch)).catch(() => []);
  const all = await Promise.all(
    names.map(async (name) => gap.parse(JSON.parse(await readFile(join(folderOf(scratch), name), 'utf8')))),
  );
  const own = all.filter(({ consumer }) => consumer === service);
  return [...Map.groupBy(own, ({ provider }) => provider)].map(([provider, found]) => {
    const [first = '', ...others] = [...new Set(found.flatMap(({ calls }) => calls))].sort();
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `contract gap: ${service} calls ${provider} in a way that no pact covers: ${first}${more}`;
  });
}
