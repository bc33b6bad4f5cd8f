import { join } from 'node:path';
import { StagegateError } from '../model/index.ts';
import { type HeldAccess, readAccessFile } from '../platforms/index.ts';
import { liveRuns, runsFolder } from '../reaper/index.ts';
import { basic, type ClusterAccess, type Credentials } from './access.ts';

/** A cluster that a running command holds below a folder. */
export interface HeldCluster extends HeldAccess {
  readonly runId: string;
}

/** The clusters that running commands hold below `root`, the newest first. */
export async function findHeldClusters(root: string): Promise<readonly HeldCluster[]> {
  const runs = [...(await liveRuns(root))].toSorted().reverse();
  const held = await Promise.all(
    runs.map(async (runId) => {
      const access = await readAccessFile(join(runsFolder(root), runId));
      return access === null ? [] : [{ ...access, runId }];
    }),
  );
  return held.flat();
}

/** Null where a part is not there. */
export function accessOf({ marathon, mesos, edge, auth }: HeldAccess): ClusterAccess {
  const url = (text: string | null): URL | null => (text === null ? null : new URL(text));
  return { marathon: url(marathon), mesos: url(mesos), edge: url(edge), authorization: basic(auth) };
}

/**
 * A cluster by its addresses; credentials may be written into them (`http://user:password@host:8080`).
 * @throws `SG_USAGE` for what is no address
 */
export function accessByUrl(addresses: {
  readonly marathon?: string;
  readonly mesos?: string;
}): ClusterAccess {
  let auth: Credentials | null = null;
  const read = (text: string | undefined): URL | null => {
    if (text === undefined) return null;
    if (!URL.canParse(text))
      throw new StagegateError('SG_USAGE', `"${text}" is not an address such as http://host:8080.`);
    const url = new URL(text);
    if (url.username !== '') {
      auth = { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
      url.username = '';
      url.password = '';
    }
    return url;
  };
  const marathon = read(addresses.marathon);
  const mesos = read(addresses.mesos);
  return { marathon, mesos, edge: null, authorization: basic(auth) };
}
