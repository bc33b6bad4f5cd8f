import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { CommandInfo } from '../../v1.ts';
import type { Account } from './account.ts';

/** The first folder on the way to `path` that the account may not pass; undefined when it gets there. */
export async function barrierTo(path: string, account: Account): Promise<string | undefined> {
  const target = await realpath(path);
  const folders: string[] = [];
  for (let folder = dirname(target); ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  for (const folder of folders) if (!mayExecute(await stat(folder), account)) return folder;
  return undefined;
}

/**
 * The first program the command starts that the account may not run, where the harness itself may: node below /root,
 * for example. Undefined when there is none.
 */
export async function closedProgram(
  command: CommandInfo,
  searchPath: string,
  account: Account,
): Promise<string | undefined> {
  for (const name of programsOf(command)) {
    const file = await findProgram(name, searchPath);
    if (file === undefined) continue;
    const open = (await barrierTo(file, account)) === undefined && mayExecute(await stat(file), account);
    if (!open) return file;
  }
  return undefined;
}

/** The words that stand where a shell expects a program. What a shell would have to work out is left out. */
function programsOf({ shell, value = '' }: CommandInfo): readonly string[] {
  if (shell === false) return [value];
  return value.split(/[;&|\n(){}]+/).flatMap((part) => {
    const words = part.trim().split(/\s+/);
    return words.find((word) => !/^(exec|env|nohup|time|command|\w+=.*)$/.test(word)) ?? [];
  });
}

async function findProgram(name: string, searchPath: string): Promise<string | undefined> {
  const candidates = isAbsolute(name)
    ? [name]
    : name === '' || name.includes('/')
      ? []
      : searchPath.split(':').map((folder) => join(folder, name));
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile() && (found.mode & 0o111) !== 0) return candidate;
  }
  return undefined;
}

function mayExecute({ mode, uid, gid }: Stats, account: Account): boolean {
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
