import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import type { HealthCheck } from '../definition/index.ts';
import type { ProbeTarget } from '../views/index.ts';
import type { ProbeOutcome } from './result.ts';

/** What one probe found; `ignored` counts neither way. */
export type ProbeFinding = ProbeOutcome | { readonly kind: 'ignored' };

/** Makes one of Marathon's own checks. Never rejects: whatever goes wrong is an unhealthy finding. */
export type Prober = (target: ProbeTarget, check: HealthCheck) => Promise<ProbeFinding>;

export const probe: Prober = (target, check) =>
  check.protocol === 'TCP' ? probeTcp(target, check) : probeHttp(target, check);

function probeTcp({ host, port }: ProbeTarget, { timeoutSeconds }: HealthCheck): Promise<ProbeFinding> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutSeconds * 1000 });
    const settle = (finding: ProbeFinding): void => {
      socket.destroy();
      resolve(finding);
    };
    socket.once('connect', () => settle({ kind: 'healthy' }));
    socket.once('timeout', () => settle(unhealthy(`no connection within ${timeoutSeconds} s`)));
    socket.once('error', (error) => settle(unhealthy(error.message)));
  });
}

/** Redirects count as healthy and are not followed; certificates are not checked. */
function probeHttp(target: ProbeTarget, check: HealthCheck): Promise<ProbeFinding> {
  return new Promise((resolve) => {
    const settle = (finding: ProbeFinding): void => {
      clearTimeout(deadline);
      request.destroy();
      resolve(finding);
    };
    const settleBy = (status: number | undefined): void => settle(findingOf(status ?? 0, check));
    const request = openRequest(target, check);
    const deadline = setTimeout(
      () => settle(unhealthy(`no answer within ${check.timeoutSeconds} s`)),
      check.timeoutSeconds * 1000,
    );
    request.once('response', (response) => settleBy(response.statusCode));
    request.once('information', (information) => settleBy(information.statusCode));
    request.once('upgrade', (response) => settleBy(response.statusCode));
    request.once('error', (error) => settle(unhealthy(error.message)));
    request.end();
  });
}

function openRequest({ host, port }: ProbeTarget, { path, protocol }: HealthCheck): ClientRequest {
  const options = { host, port, path: withSlash(path ?? '/'), agent: false };
  return protocol === 'HTTPS'
    ? requestHttps({ ...options, rejectUnauthorized: false })
    : requestHttp(options);
}

function withSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function findingOf(status: number, { ignoreHttp1xx }: HealthCheck): ProbeFinding {
  if (status >= 200 && status < 400) return { kind: 'healthy' };
  if (status >= 100 && status < 200 && ignoreHttp1xx === true) return { kind: 'ignored' };
  return unhealthy(`the answer had status ${status}`);
}

function unhealthy(cause: string): ProbeFinding {
  return { kind: 'unhealthy', cause };
}
