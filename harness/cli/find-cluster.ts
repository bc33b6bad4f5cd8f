import { configFileName, loadConfig } from '../config/index.ts';
import { StagegateError } from '../model/index.ts';
import {
  accessByUrl,
  accessOf,
  basic,
  type ClusterAccess,
  findHeldClusters,
  type HeldCluster,
} from '../operations/index.ts';

/** What every command that looks into a running cluster takes. */
export interface ClusterOption {
  readonly platform?: string;
  readonly run?: string;
  readonly marathon?: string;
  readonly mesos?: string;
  readonly config?: string;
  readonly json?: boolean;
}

export interface FoundCluster {
  readonly access: ClusterAccess;
  /** What to call it, for people. */
  readonly title: string;
  /** Null for a cluster of which only addresses are known. */
  readonly runtime: string | null;
}

/**
 * The cluster that the options name; without any, the newest one that a running command holds in this folder.
 * @throws `SG_NO_CLUSTER`, `SG_USAGE` for what is no address or no platform, what `loadConfig` throws
 */
export async function findCluster(options: ClusterOption): Promise<FoundCluster> {
  const { marathon, mesos, platform } = options;
  if (marathon !== undefined || mesos !== undefined) {
    const access = accessByUrl({ marathon, mesos });
    return { access, title: access.marathon?.host ?? access.mesos?.host ?? '', runtime: null };
  }
  if (platform !== undefined) return findPlatform(platform, options.config);
  const held = await findHeld(options.run);
  return { access: accessOf(held), title: held.heldBy, runtime: held.runtime };
}

async function findPlatform(name: string, file = configFileName): Promise<FoundCluster> {
  const { platforms } = await loadConfig(file);
  const found = platforms.find((platform) => platform.name === name);
  if (found === undefined) {
    const known = platforms.map((platform) => platform.name).join(', ');
    throw new StagegateError(
      'SG_USAGE',
      `There is no platform "${name}" in ${file}; ${known === '' ? 'it names none' : `it names ${known}`}.`,
    );
  }
  // Loaded here: what carries steps out is heavy, and most commands meet a held cluster.
  const { attachedSpec } = await import('../effects/index.ts');
  // The runtime says nothing about where the platform is.
  const spec = attachedSpec(found, 'process', () => {});
  const authorization = spec.token ?? basic(spec.auth);
  const own = [spec.mesos, spec.edge].flatMap((server) => {
    const header = basic(server?.auth ?? null);
    return server === null || header === null ? [] : [[server.url.origin, header]];
  });
  const access = {
    marathon: await firstThatAnswers(spec.marathonUrls, authorization),
    mesos: spec.mesos?.url ?? null,
    edge: spec.edge.url,
    authorization,
    ownAuthorization: Object.fromEntries(own),
  };
  return { access, title: name, runtime: null };
}

/** Any master of a Marathon passes on to the one that leads; where none answers, the first one's error is told. */
async function firstThatAnswers(urls: readonly [URL, ...URL[]], authorization: string | null): Promise<URL> {
  if (urls.length === 1) return urls[0];
  const headers = authorization === null ? {} : { authorization };
  return Promise.any(
    urls.map(async (url) => {
      const { ok } = await fetch(new URL('/v2/leader', url), { headers });
      if (!ok) throw new Error('no leader');
      return url;
    }),
  ).catch(() => urls[0]);
}

async function findHeld(runId: string | undefined): Promise<HeldCluster> {
  const held = await findHeldClusters(process.cwd());
  const found = runId === undefined ? held[0] : held.find((cluster) => cluster.runId === runId);
  if (found === undefined) {
    const others = held.map((cluster) => `${cluster.runId} (${cluster.heldBy})`).join(', ');
    throw new StagegateError(
      'SG_NO_CLUSTER',
      runId === undefined
        ? `No running command holds a cluster in ${process.cwd()}.`
        : `Run ${runId} holds no cluster in ${process.cwd()}; ${others === '' ? 'nor does any other' : `these do: ${others}`}.`,
    );
  }
  if (runId === undefined && held.length > 1) {
    process.stderr.write(`${held.length} clusters run here; this is ${found.runId} (${found.heldBy}).\n`);
  }
  return found;
}
