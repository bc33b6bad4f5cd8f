import type { AxiosError, AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios';
import { StagegateError } from '../model/index.ts';
import { type Clock, systemClock } from '../plumbing/clock.ts';
import { debugTimed } from '../plumbing/debug-log.ts';
import { pause } from '../plumbing/pause.ts';
import { messageOf } from '../plumbing/thrown.ts';
import { basicAuthorization } from './basic-authorization.ts';

export interface MarathonAccess {
  readonly url: URL | string;
  /** Further masters of the same Marathon: any of them may lead. */
  readonly others?: readonly URL[];
  readonly auth?: { readonly user: string; readonly password: string } | null;
  /** Instead of a user and a password, as the `Authorization` header has it: `Bearer …`, or `token=…`. */
  readonly token?: string | null;
  /** How long to wait for a Marathon that is away, or has no leader; default 0: not at all. */
  readonly patienceMs?: number;
  readonly clock?: Clock;
}

const answerTimeoutMs = 30_000;
const pauseMs = 250;
/** Nobody leads, or what stands before Marathon cannot reach it. */
const leaderless = new Set([502, 503, 504]);
const repeatable = new Set(['get', 'put', 'patch', 'delete']);
const mostRedirects = 5;

/** Requests to whichever master leads. Throws `SG_MARATHON_FAILED` with the request and Marathon's own words. */
export class MarathonHttp {
  readonly #access: MarathonAccess;
  readonly #bases: readonly URL[];
  #http: Promise<AxiosInstance> | undefined;
  /** Of `#bases`, the one that answered last. */
  #leading = 0;

  constructor(access: MarathonAccess) {
    this.#access = access;
    this.#bases = [new URL(access.url), ...(access.others ?? [])];
  }

  async send<T>(request: AxiosRequestConfig): Promise<{ readonly status: number; readonly data: T }> {
    const { patienceMs = 0, clock = systemClock } = this.#access;
    const startedMs = clock.monotonic();
    for (let tries = 1; ; tries++) {
      try {
        return await this.#once<T>(request);
      } catch (error) {
        if (request.signal?.aborted === true) throw (request.signal as AbortSignal).reason;
        const others = tries < this.#bases.length;
        if (!isWorthRepeating(request, error) || (!others && clock.monotonic() - startedMs >= patienceMs)) {
          throw failure(request, this.#base.href, error);
        }
        this.#leading = (this.#leading + 1) % this.#bases.length;
        if (!others) await pause(clock, pauseMs, request.signal as AbortSignal | undefined);
      }
    }
  }

  get #base(): URL {
    return this.#bases[this.#leading] ?? new URL(this.#access.url);
  }

  async #once<T>(request: AxiosRequestConfig): Promise<AxiosResponse<T>> {
    this.#http ??= openHttp(this.#access);
    const http = await this.#http;
    let base = this.#base;
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const options: AxiosRequestConfig = {
        paramsSerializer: { indexes: null },
        ...request,
        baseURL: base.href,
        maxRedirects: 0,
        validateStatus: (status) =>
          isRedirect(status) || (request.validateStatus?.(status) ?? (status >= 200 && status < 300)),
      };
      const answer = await debugTimed(
        'marathon',
        () => `${(request.method ?? 'get').toUpperCase()} ${request.url} of ${base.origin}`,
        () => http.request<T>(options),
      );
      if (!isRedirect(answer.status)) {
        refuseForeign(answer, request);
        return answer;
      }
      base = this.#leaderIn(answer.headers.location, base);
    }
    throw new Error(`its masters redirect to each other`);
  }

  /** The credentials go to masters that the configuration names and to their hosts, and to nobody else. */
  #leaderIn(location: unknown, from: URL): URL {
    const to = new URL(String(location), from);
    const known = this.#bases.find(({ host }) => host === to.host);
    if (known !== undefined) {
      this.#leading = this.#bases.indexOf(known);
      return known;
    }
    const isOpen = this.#access.auth == null && this.#access.token == null;
    if (isOpen || this.#bases.some(({ hostname }) => hostname === to.hostname)) return new URL(to.origin);
    throw new Error(
      `it redirects to ${to.origin}, which the configuration does not name: the credentials were not sent there`,
    );
  }
}

/** Loaded with the first request: axios takes as long to load as a cluster to start, and whoever only holds one asks nothing. */
async function openHttp({ auth, token }: MarathonAccess): Promise<AxiosInstance> {
  const { default: axios } = await import('axios');
  return axios.create({
    timeout: answerTimeoutMs,
    // A loopback address must not take the way of the machine's proxy.
    proxy: false,
    headers: token == null ? basicAuthorization(auth ?? null) : { authorization: token },
  });
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** A login page or a proxy's page with status 200 is no answer. */
function refuseForeign(
  { data, headers }: AxiosResponse<unknown>,
  { responseType }: AxiosRequestConfig,
): void {
  if (responseType === 'stream' || typeof data !== 'string' || data === '') return;
  throw new Error(`it answered ${headers['content-type'] ?? 'text'}, not JSON; is it a Marathon?`);
}

/** A request that changes something may have been taken before the connection broke; all but POST say the same again. */
function isWorthRepeating({ method = 'get' }: AxiosRequestConfig, error: unknown): boolean {
  if (!isAxiosError(error)) return false;
  if (error.response !== undefined) return leaderless.has(error.response.status);
  return repeatable.has(method.toLowerCase()) || error.code === 'ECONNREFUSED';
}

function isAxiosError(error: unknown): error is AxiosError {
  return error instanceof Error && 'isAxiosError' in error;
}

function failure({ method = 'get', url }: AxiosRequestConfig, base: string, cause: unknown): StagegateError {
  const what = `${method.toUpperCase()} ${base.replace(/\/$/, '')}${url ?? '/'}`;
  if (!isAxiosError(cause)) {
    return new StagegateError('SG_MARATHON_FAILED', `${what}: ${messageOf(cause)}`, { cause });
  }
  // Axios' own error holds the whole request, the password with it.
  const { response, message, cause: reason } = cause;
  if (response === undefined) {
    return new StagegateError('SG_MARATHON_FAILED', `${what}: ${message}`, { cause: reason });
  }
  const said = response.data as
    | {
        readonly message?: string;
        readonly details?: readonly unknown[];
        readonly deployments?: readonly unknown[];
      }
    | undefined;
  const wants = response.status === 401 ? 'it asks for credentials that fit' : '';
  return new StagegateError(
    'SG_MARATHON_FAILED',
    `${what}: ${response.status} ${said?.message ?? wants}`.trimEnd(),
    {
      problems: [...(said?.details ?? []), ...(said?.deployments ?? [])].map((detail) =>
        JSON.stringify(detail),
      ),
    },
  );
}
