import type { ServerResponse } from 'node:http';

/** What the browser may do with anything of this server: nothing from elsewhere, no inline script, never in a frame. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const common = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Headers of the page and its own files. */
export const pageHeaders = { ...common, 'content-security-policy': pagePolicy };

/** Headers of data: even opened by itself it may load and run nothing. */
export const dataHeaders = { ...common, 'content-security-policy': "default-src 'none'; sandbox" };

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...dataHeaders, 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** An error in the shape that Marathon gives its own. */
export function sendProblem(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, { message });
}
