import { basicAuthorization, type PlatformAccess } from '../platforms/index.ts';

/** One request as the edge records it; more members may be there. */
export interface EdgeRequest {
  readonly atMs: number;
  readonly durationMs: number;
  readonly appId: string;
  readonly taskId: string | null;
  /** Marathon's version of the app that the task belongs to. */
  readonly version: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly failure: string | null;
  readonly requestId: string;
  readonly attempts: number;
}

export interface Route {
  /** As this machine reaches it. */
  readonly address: string;
  /** As tasks reach it. */
  readonly taskAddress: string;
}

/** The edge's own API, as far as a rehearsal asks it. */
export class EdgeClient {
  readonly #access: Pick<PlatformAccess, 'edgeUrl' | 'auth'>;
  #since = 0;

  constructor(access: Pick<PlatformAccess, 'edgeUrl' | 'auth'>) {
    this.#access = access;
  }

  /** The address of an app, which need not exist yet. */
  async reserve(appId: string): Promise<Route> {
    const headers = { 'content-type': 'application/json' };
    return (await this.#ask('/routes', {
      method: 'POST',
      headers,
      body: JSON.stringify({ appId }),
    })) as Route;
  }

  /** Makes {@link requests} begin with what comes from now on. */
  async skipOlder(): Promise<void> {
    while ((await this.requests()).length > 0);
  }

  /** What was recorded since the last call, of all apps. */
  async requests(): Promise<readonly EdgeRequest[]> {
    const page = (await this.#ask(`/requests?since=${this.#since}`)) as {
      readonly requests: readonly EdgeRequest[];
      readonly next: number;
    };
    this.#since = page.next;
    return page.requests;
  }

  async #ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const { edgeUrl, auth } = this.#access;
    const url = new URL(path, edgeUrl);
    const response = await fetch(url, { ...init, headers: { ...init.headers, ...basicAuthorization(auth) } });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response.json();
  }
}
