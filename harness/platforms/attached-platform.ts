import { type RuntimeName, StagegateError } from '../model/index.ts';
import { basicAuthorization } from './basic-authorization.ts';
import { MarathonClient } from './marathon-client.ts';
import type { AddressBook, Platform } from './platform.ts';
import { lastOutput } from './sandbox.ts';

/** A platform that somebody else runs, by its addresses. */
export interface AttachedSpec {
  readonly name: string;
  readonly runtime: RuntimeName;
  readonly marathonUrl: URL;
  readonly mesosUrl: URL | null;
  readonly edgeUrl: URL;
  readonly auth: { readonly user: string; readonly password: string } | null;
}

/**
 * Resolves once the platform's Marathon answered.
 * @throws `SG_PLATFORM_UNREACHABLE` with the configuration's key and what was answered
 */
export async function attachPlatform(spec: AttachedSpec, signal: AbortSignal): Promise<Platform> {
  const marathon = new MarathonClient({ url: spec.marathonUrl, auth: spec.auth });
  await answers(spec, 'marathon', new URL('/v2/info', spec.marathonUrl), signal);
  return {
    name: spec.name,
    id: `${spec.name}:${spec.marathonUrl.host}`,
    kind: 'attached',
    lifetime: 'lasting',
    runtime: spec.runtime,
    marathon,
    access: {
      marathonUrl: spec.marathonUrl,
      mesosUrl: spec.mesosUrl,
      edgeUrl: spec.edgeUrl,
      auth: spec.auth,
      taskHost: '127.0.0.1',
    },
    addresses: edgeAddresses(spec),
    lastOutput: async (taskId) =>
      spec.mesosUrl === null ? '' : lastOutput({ mesosUrl: spec.mesosUrl, auth: spec.auth }, taskId),
    collectLogs: async () => [],
    async [Symbol.asyncDispose]() {},
  };
}

/** Marathon says what it is in JSON; anything else at that address is not one. */
async function answers(
  { name, auth }: AttachedSpec,
  what: string,
  url: URL,
  signal: AbortSignal,
): Promise<void> {
  const key = `platforms.${name}.${what}`;
  try {
    const response = await fetch(url, { headers: basicAuthorization(auth), signal, redirect: 'follow' });
    if (response.status === 401) throw new Error('it asks for a user and a password that fit');
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const body = (await response.json().catch(() => null)) as { readonly name?: unknown } | null;
    if (body?.name !== 'marathon') throw new Error('what answers there is no Marathon');
  } catch (error) {
    signal.throwIfAborted();
    throw new StagegateError('SG_PLATFORM_UNREACHABLE', `${key}: ${url.origin}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** Addresses that the platform's edge keeps, asked for over its admin address. */
function edgeAddresses({ name, edgeUrl, auth }: AttachedSpec): AddressBook {
  return {
    async reserve(appId) {
      const url = new URL('/routes', edgeUrl);
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...basicAuthorization(auth) },
          body: JSON.stringify({ appId }),
        });
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
  return error.cause instanceof Error ? error.cause.message : error.message;
}
