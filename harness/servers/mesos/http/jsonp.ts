import { isIP } from 'node:net';
import { header, type Request } from './request.ts';

/**
 * The function that a request wants its answer to call: `?jsonp=name`, which the Mesos web UI uses to read several
 * servers from one page. A page of anybody could do so with the credentials that the browser keeps, so it is heeded only
 * where the server was told to, for pages that come from this machine, which their `Referer` tells; everybody else gets
 * plain JSON.
 */
export function callbackOf({ query, incoming, jsonp }: Request): string | undefined {
  if (!jsonp) return undefined;
  const name = query.get('jsonp') ?? '';
  if (!/^[A-Za-z_$][\w$.]{0,100}$/.test(name)) return undefined;
  const page = pageOf(header(incoming, 'referer') ?? '');
  const isOwn = page !== undefined && (isLoopback(page.hostname) || page.host === header(incoming, 'host'));
  return isOwn ? name : undefined;
}

function pageOf(referer: string): URL | undefined {
  return URL.canParse(referer) ? new URL(referer) : undefined;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}
