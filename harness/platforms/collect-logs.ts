import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What tasks printed, and the servers' own logs; sandboxes hold artifacts too, which are no logs. */
const logName = /^(stdout|stderr)(\.\d+)?$|\.log$/;

/** Copies every log below one of the folders to the same place below `directory`; resolves to the copies, oldest first. */
export async function collectLogs(folders: Iterable<string>, directory: string): Promise<readonly string[]> {
  const copies = await Promise.all([...folders].map((folder) => copyLogs(folder, directory)));
  return copies
    .flat()
    .sort((a, b) => a.at - b.at)
    .map(({ copy }) => copy);
}

interface LogCopy {
  readonly copy: string;
  /** When the original was last written to, in milliseconds since the epoch. */
  readonly at: number;
}

async function copyLogs(folder: string, directory: string): Promise<readonly LogCopy[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const logs = entries.filter((entry) => entry.isFile() && logName.test(entry.name));
  return Promise.all(
    logs.map(async (entry) => {
      const source = join(entry.parentPath, entry.name);
      const copy = join(directory, source.slice(folder.length));
      await mkdir(dirname(copy), { recursive: true });
      await cp(source, copy, { preserveTimestamps: true });
      return { copy, at: (await stat(source)).mtimeMs };
    }),
  );
}
