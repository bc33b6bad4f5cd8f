import type { IncomingMessage } from 'node:http';

/**
 * Why a request may not go on, or null. A page of another site may reach this address (DNS rebinding, forms, images), but
 * it cannot choose the Host, the Origin and what the browser says of its own site.
 */
export function refusalOf({ headers, method = 'GET' }: IncomingMessage, port: number): string | null {
  const host = headers.host ?? '';
  if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(host)) {
    return 'This address answers only under its own name; open the link that stagegate printed.';
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return 'Requests from other pages are refused.';
  const site = headers['sec-fetch-site'];
  const isNavigation = method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation) {
    return 'Requests from other pages are refused.';
  }
  return null;
}
