import { type Field, tokensOf } from './head.ts';

/** What Connection fields of a message say. */
export interface ConnectionOptions {
  readonly close: boolean;
  readonly keepAlive: boolean;
  /** The protocol to switch to, when both Connection and Upgrade ask for it. */
  readonly upgrade: string | null;
  /** Fields that speak of this connection only and are not passed on. */
  readonly dropped: ReadonlySet<string>;
}

/** Speak of one connection, or of framing that each side writes anew (RFC 9110 §7.6.1). */
const always: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Without any of these a message means something else, so `Connection: host` does not drop them. */
const essential = new Set(['authorization', 'content-type', 'cookie', 'host', 'set-cookie', 'x-request-id']);

const plain: ConnectionOptions = { close: false, keepAlive: false, upgrade: null, dropped: always };

export function connectionOptions(fields: readonly Field[]): ConnectionOptions {
  let connection: string | undefined;
  let upgrade: string | null = null;
  for (const { key, value } of fields) {
    if (key === 'connection') connection = connection === undefined ? value : `${connection},${value}`;
    else if (key === 'upgrade') upgrade ??= value;
  }
  if (connection === undefined) return plain;
  const options = tokensOf(connection);
  const named = options.filter(
    (option) => !always.has(option) && !essential.has(option) && option !== 'close',
  );
  return {
    close: options.includes('close'),
    keepAlive: options.includes('keep-alive'),
    upgrade: options.includes('upgrade') ? upgrade : null,
    dropped: named.length === 0 ? always : new Set([...always, ...named]),
  };
}
