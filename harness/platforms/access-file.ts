import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeName } from '../model/index.ts';
import type { Cluster, Credentials } from './cluster.ts';

/** How other commands of this user reach a cluster that a running command holds. */
export interface HeldAccess {
  /** What the command said it holds, such as `up shop`; for people. */
  readonly heldBy: string;
  readonly marathon: string | null;
  readonly mesos: string;
  readonly edge: string | null;
  readonly auth: Credentials | null;
  readonly runtime: RuntimeName;
}

/** In the folder of the run that holds the cluster, and gone with it. */
export function accessFile(folder: string): string {
  return join(folder, 'access.json');
}

/** Writes the cluster's addresses and credentials where only this user can read them. */
export async function writeAccessFile(folder: string, heldBy: string, cluster: Cluster): Promise<void> {
  const { marathonUrl, mesosUrl, edge, auth, runtime } = cluster;
  const access: HeldAccess = {
    heldBy,
    marathon: marathonUrl?.href ?? null,
    mesos: mesosUrl.href,
    edge: edge?.url.href ?? null,
    auth,
    runtime,
  };
  const file = accessFile(folder);
  await writeFile(file, `${JSON.stringify(access)}\n`, { mode: 0o600 });
  // A file that was there before keeps its mode.
  await chmod(file, 0o600);
}

/** Null where the run holds no cluster, or not any more. */
export async function readAccessFile(folder: string): Promise<HeldAccess | null> {
  try {
    return JSON.parse(await readFile(accessFile(folder), 'utf8')) as HeldAccess;
  } catch {
    return null;
  }
}
