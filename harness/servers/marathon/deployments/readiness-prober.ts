import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ReadinessProber, ReadinessResponse } from './readiness.ts';

/** Most of an answer that is kept, in characters. */
const longestBody = 10_000;

/** Asks over HTTP or HTTPS; certificates are not checked. */
export const probeReadiness: ReadinessProber = ({ host, port }, check) =>
  new Promise((resolve) => {
    const options = { host, port, path: check.path, agent: false };
    const request =
      check.protocol === 'HTTPS'
        ? requestHttps({ ...options, rejectUnauthorized: false })
        : requestHttp(options);
    const settle = (response: ReadinessResponse): void => {
      clearTimeout(deadline);
      request.destroy();
      resolve(response);
    };
    const deadline = setTimeout(() => settle(unreachable('no answer in time')), check.timeoutSeconds * 1000);
    request.once('error', (error) => settle(unreachable(error.message)));
    request.once('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (body.length < longestBody) body += text;
      });
      response.once('end', () => {
        const contentType = response.headers['content-type'] ?? 'text/plain';
        settle({ status: response.statusCode ?? 0, contentType, body: body.slice(0, longestBody) });
      });
    });
    request.end();
  });

function unreachable(body: string): ReadinessResponse {
  return { status: 504, contentType: 'text/plain', body };
}
