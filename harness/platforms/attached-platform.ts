import { type RuntimeName, StagegateError } from '../model/index.ts';
import { basicAuthorization } from './basic-authorization.ts';
import type { Credentials } from './cluster.ts';
import { MarathonClient } from './marathon-client.ts';
import type { AddressBook, Platform } from './platform.ts';
import { lastOutput } from './sandbox.ts';

/** A platform that somebody else runs, by its addresses. */
export interface AttachedSpec {
  readonly name: string;
  readonly runtime: RuntimeName;
  /** Of every master of its Marathon. */
  readonly marathonUrls: readonly [URL, ...URL[]];
  /** Asked of Marathon; of the others where they have none of their own. */
  readonly auth: Credentials | null;
  /** Instead of `auth`, as the `Authorization` header has it. */
  readonly token: string | null;
  readonly mesos: { readonly url: URL; readonly auth: Credentials | null } | null;
  readonly edge: { readonly url: URL; readonly auth: Credentials | null };
}

/** A Marathon elects a new leader within some seconds; until then it answers nobody. */
const leaderPatienceMs = 30_000;

/**
 * Resolves once the platform's Marathon answered.
 * @throws `SG_PLATFORM_UNREACHABLE` with the configuration's key and what was answered
 */
export async function attachPlatform(spec: AttachedSpec, signal: AbortSignal): Promise<Platform> {
  const { name, runtime, marathonUrls, auth, token, edge, mesos } = spec;
  const [marathonUrl, ...others] = marathonUrls;
  const access = { url: marathonUrl, others, auth, token };
  const identity = await whoAnswers(new MarathonClient(access), spec, signal);
  const mesosAccess = mesos === null ? null : { mesosUrl: mesos.url, auth: mesos.auth ?? auth };
  return {
    name,
    id: `${name}:${identity}`,
    kind: 'attached',
    lifetime: 'lasting',
    runtime,
    marathon: new MarathonClient({ ...access, patienceMs: leaderPatienceMs }),
    access: {
      marathonUrl,
      mesosUrl: mesos?.url ?? null,
      edgeUrl: edge.url,
      auth: auth ?? edge.auth,
      taskHost: '127.0.0.1',
    },
    addresses: edgeAddresses(spec),
    lastOutput: async (taskId) => (mesosAccess === null ? '' : lastOutput(mesosAccess, taskId)),
    collectLogs: async () => [],
    async [Symbol.asyncDispose]() {},
  };
}

/** What tells this Marathon from another at the same address: its framework id. */
async function whoAnswers(
  marathon: MarathonClient,
  { name, marathonUrls }: AttachedSpec,
  signal: AbortSignal,
): Promise<string> {
  try {
    const info = await marathon.info(signal);
    if (info.name !== 'marathon') throw new Error('what answers there is no Marathon');
    return info.frameworkId ?? marathonUrls[0].host;
  } catch (error) {
    signal.throwIfAborted();
    throw new StagegateError('SG_PLATFORM_UNREACHABLE', `platforms.${name}.marathon: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** Addresses that the platform's edge keeps, asked for over its admin address. */
function edgeAddresses({ name, edge, auth }: AttachedSpec): AddressBook {
  return {
    async reserve(appId) {
      const url = new URL('/routes', edge.url);
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...basicAuthorization(edge.auth ?? auth) },
          body: JSON.stringify({ appId }),
        });
        if (response.status === 401) throw new Error('it asks for credentials that fit');
        if (!response.ok) throw new Error(`it answered ${response.status}`);
        return ((await response.json()) as { readonly taskAddress: string }).taskAddress;
      } catch (error) {
        throw new StagegateError(
          'SG_PLATFORM_UNREACHABLE',
          `platforms.${name}.edge: POST ${url} for ${appId}: ${reasonOf(error)}`,
          { cause: error },
        );
      }
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof StagegateError) return error.message;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
