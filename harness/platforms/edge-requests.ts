import { basicAuthorization } from './basic-authorization.ts';
import type { PlatformAccess } from './platform.ts';

/** One request through an edge, as its `/requests` tells it; more members may be there. */
export interface EdgeRequest {
  readonly seq: number;
  readonly atMs: number;
  readonly durationMs: number;
  readonly appId: string;
  readonly taskId: string | null;
  /** Version label of the app that answered. */
  readonly label: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly failure: string | null;
  readonly requestId: string;
}

/** Requests that began at `sinceMs` or later and that the edge still remembers; none where it keeps no records. */
export async function edgeRequests(
  { edgeUrl, auth }: Pick<PlatformAccess, 'edgeUrl' | 'auth'>,
  sinceMs: number,
): Promise<readonly EdgeRequest[]> {
  const found: EdgeRequest[] = [];
  for (let since = 0; ; ) {
    const response = await fetch(new URL(`/requests?since=${since}`, edgeUrl), {
      headers: basicAuthorization(auth),
    });
    if (!response.ok) return found;
    const page = (await response.json()) as {
      readonly requests: readonly EdgeRequest[];
      readonly next: number;
    };
    if (page.requests.length === 0) return found;
    found.push(...page.requests.filter(({ atMs }) => atMs >= sinceMs));
    since = page.next;
  }
}

/** The stable address of an app on an edge, as this machine reaches it. The app need not exist yet. */
export async function edgeAddressOf(
  { edgeUrl, auth }: Pick<PlatformAccess, 'edgeUrl' | 'auth'>,
  appId: string,
): Promise<string> {
  const response = await fetch(new URL('/routes', edgeUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...basicAuthorization(auth) },
    body: JSON.stringify({ appId }),
  });
  if (!response.ok) throw new Error(`The edge answered ${response.status} to POST /routes for ${appId}.`);
  return ((await response.json()) as { readonly address: string }).address;
}
