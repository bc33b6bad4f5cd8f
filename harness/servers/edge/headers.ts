import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** Headers that speak about one connection only and are never passed on (RFC 9110 §7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The message's headers as received, repeated ones kept, without those of its connection. */
export function passedOn(message: IncomingMessage): OutgoingHttpHeaders {
  const named = new Set(
    String(message.headers.connection ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase()),
  );
  const headers: Record<string, string[]> = {};
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    const name = message.rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || named.has(lower)) continue;
    headers[lower] = [...(headers[lower] ?? []), message.rawHeaders[index + 1] ?? ''];
  }
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

/** Who asked, for what host, over which scheme: the de-facto `X-Forwarded-*` headers, appended to what is there. */
export function forwardedHeaders(request: IncomingMessage): OutgoingHttpHeaders {
  const before = request.headers['x-forwarded-for'];
  const client = request.socket.remoteAddress ?? 'unknown';
  return {
    'x-forwarded-for': before === undefined ? client : `${before}, ${client}`,
    'x-forwarded-host': request.headers['x-forwarded-host'] ?? request.headers.host ?? '',
    'x-forwarded-proto': request.headers['x-forwarded-proto'] ?? 'http',
  };
}
