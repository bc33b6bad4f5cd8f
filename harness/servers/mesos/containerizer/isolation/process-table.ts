import { readdir, readFile } from 'node:fs/promises';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks after boot; with `pid` it names a process for good. */
  readonly started: number;
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly rssBytes: number;
  readonly threads: number;
}

/** Linux reports process times in hundredths of a second and memory in pages, on every machine Node supports. */
export const ticksPerSecond = 100;
const pageBytes = 4096;

/** Every live process of this machine. Entries that vanish while they are read are left out; so are zombies. */
export async function readProcesses(): Promise<ReadonlyMap<number, ProcessEntry>> {
  const names = await readdir('/proc').catch(() => []);
  const entries = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess));
  const table = new Map<number, ProcessEntry>();
  for (const entry of entries) if (entry !== undefined) table.set(entry.pid, entry);
  return table;
}

/** Undefined for a process that is gone, or only waits for its parent to notice that it ended. */
export async function readProcess(pid: number | string): Promise<ProcessEntry | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (text === undefined) return undefined;
  // The second field is the program's name in parentheses and may hold anything, parentheses too.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid: Number(pid),
    parent: field(4),
    group: field(5),
    session: field(6),
    userTicks: field(14),
    systemTicks: field(15),
    threads: field(20),
    started: field(22),
    rssBytes: field(24) * pageBytes,
  };
}
