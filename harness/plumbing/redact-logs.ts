import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import type { Redactor } from './redact.ts';

/** Takes secrets out of every log below a folder, line by line. A log that cannot be cleaned is removed. */
export async function redactLogs(folder: string, redactor: Redactor): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    await redactLog(file, redactor).catch(() => rm(file, { force: true }));
  }
}

async function redactLog(file: string, redactor: Redactor): Promise<void> {
  const clean = `${file}.clean`;
  const output = createWriteStream(clean, { mode: 0o600 });
  const done = finished(output);
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      if (!output.write(`${redactor.line(line)}\n`)) await once(output, 'drain');
    }
    output.end();
    await done;
    await rename(clean, file);
  } catch (error) {
    output.destroy();
    await done.catch(() => {});
    await rm(clean, { force: true });
    throw error;
  }
}
