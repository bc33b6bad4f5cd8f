import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';

/** What this process may do to give its tasks fewer rights than it has. */
export interface Powers {
  /** First and last user id of which one may be given to each task; nobody else uses them. */
  readonly uids: { readonly first: number; readonly last: number };
  /** The program of util-linux that gives up rights for good; without it a task could regain some by a setuid program. */
  readonly setpriv: string | undefined;
  /** Whether capabilities can be barred, which takes one more right. */
  readonly barsCapabilities: boolean;
}

/** systemd leaves these to users that exist only as long as their service, and no distribution gives them to anybody. */
const transientUids = { first: 61_184, last: 65_519 };

/** Bits of the capabilities that giving tasks users of their own takes. */
const needed = { CAP_CHOWN: 0, CAP_KILL: 5, CAP_SETGID: 6, CAP_SETUID: 7 };
const capSetpcap = 8;

/** Finds out what this process may do; a text says why it cannot run tasks as other users. */
export async function findPowers(): Promise<Powers | string> {
  if (process.platform !== 'linux') return 'users of their own for tasks are given on Linux only';
  const capabilities = await effectiveCapabilities();
  const missing = Object.entries(needed).filter(([, bit]) => !has(capabilities, bit));
  if (missing.length > 0) return `this process lacks ${missing.map(([name]) => name).join(', ')}`;
  if (!(await mapsUsers(transientUids))) return 'this user namespace has no users to spare';
  return {
    uids: transientUids,
    setpriv: await firstProgram(['/usr/bin/setpriv', '/bin/setpriv']),
    barsCapabilities: has(capabilities, capSetpcap),
  };
}

function has(capabilities: bigint, bit: number): boolean {
  return ((capabilities >> BigInt(bit)) & 1n) === 1n;
}

async function effectiveCapabilities(): Promise<bigint> {
  const status = await readFile('/proc/self/status', 'latin1').catch(() => '');
  return BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
}

/** Each line of the map is the first id inside, the first outside, and how many. */
async function mapsUsers({ first, last }: Powers['uids']): Promise<boolean> {
  const maps = await Promise.all(
    ['uid_map', 'gid_map'].map((name) => readFile(`/proc/self/${name}`, 'latin1').catch(() => '')),
  );
  return maps.every((map) =>
    map.split('\n').some((line) => {
      const [inside = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
      return inside <= first && last < inside + count;
    }),
  );
}

async function firstProgram(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}
