import { rm, writeFile } from 'node:fs/promises';
import { exitCodes } from '../model/index.ts';
import { findHeldClusters } from '../operations/index.ts';
import { basicAuthorization, type PlatformAccess, urlWith } from '../platforms/index.ts';
import { identityOf } from '../plumbing/process-identity.ts';
import { untilInterrupted } from './interruption.ts';
import { upFile } from './up-file.ts';

export interface HeldSystem {
  readonly root: string;
  /** Of the platform that the command started; null where the system is on somebody else's. */
  readonly access: Pick<PlatformAccess, 'marathonUrl' | 'mesosUrl' | 'edgeUrl' | 'auth'> | null;
  readonly signal: AbortSignal;
  /** Where the console is, for one browser; null where there is none. */
  readonly console: string | null;
  /** What to do meanwhile; it ends only by the signal, or by throwing. */
  readonly meanwhile?: (() => Promise<never>) | undefined;
}

/** Tells where the system can be reached and holds it until interrupted, or until `down`. */
export async function holdSystem({ root, access, signal, console, meanwhile }: HeldSystem): Promise<number> {
  const file = upFile(root);
  await writeFile(file, `${JSON.stringify(identityOf())}\n`, { mode: 0o600 });
  try {
    if (access !== null) process.stdout.write(await addressesAt(access));
    if (console !== null) process.stdout.write(`Console ${console}\n`);
    process.stdout.write('Up. Ctrl-C, or "stagegate down" in another terminal, stops it.\n');
    await meanwhile?.().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    await untilInterrupted(signal);
    return exitCodes.interrupted;
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * Tells of a system that another command of this project holds up, instead of starting it twice; null when there is none.
 */
export async function tellHeldSystem(root: string, heldBy: string): Promise<number | null> {
  const held = (await findHeldClusters(root)).find((cluster) => cluster.heldBy === heldBy);
  if (held === undefined) return null;
  const { runId, marathon, mesos, edge, auth, runtime } = held;
  if (marathon === null || edge === null) return null;
  const access = {
    marathonUrl: new URL(marathon),
    mesosUrl: new URL(mesos),
    edgeUrl: new URL(edge),
    auth,
  };
  process.stdout.write(await addressesAt(access));
  process.stdout.write(
    `It is up already: run ${runId}, ${runtime} runtime. To deploy what has changed since: stagegate down, and again.\n`,
  );
  return exitCodes.yes;
}

/** The control servers, with the user and password in their URLs, and one line per app that has a stable address. */
async function addressesAt({
  marathonUrl,
  mesosUrl,
  edgeUrl,
  auth,
}: NonNullable<HeldSystem['access']>): Promise<string> {
  const answer = await fetch(new URL('/routes', edgeUrl), { headers: basicAuthorization(auth) });
  const routes = (await answer.json()) as readonly { readonly appId: string; readonly address: string }[];
  return [
    `Marathon ${urlWith(auth, marathonUrl)}`,
    ...(mesosUrl === null ? [] : [`Mesos ${urlWith(auth, mesosUrl)}`]),
    ...routes.map(({ appId, address }) => `${appId} ${address}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
