import { readFile } from 'node:fs/promises';

export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** Absent for an account that was made up for one task. */
  readonly name?: string;
}

/** The account of that name on this machine; undefined when there is none. */
export async function accountOf(name: string): Promise<Account | undefined> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n');
  for (const line of lines) {
    const [login, , uid, gid] = line.split(':');
    if (login === name) return { uid: Number(uid), gid: Number(gid), name };
  }
  return undefined;
}
