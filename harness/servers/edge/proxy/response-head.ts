import { type Framing, framingOf, noBody, untilClose } from './framing.ts';
import { type Field, parseHead } from './head.ts';
import { connectionOptions } from './hop-by-hop.ts';

/** An answer's head, checked, without the fields of its connection. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly Field[];
  readonly framing: Framing;
  /** Of an answer without a body (to HEAD, or 304): the length that its body would have had. */
  readonly lengthOfAbsent: string | null;
  readonly upgrade: string | null;
  /** The connection can take another request; how long it stays so, in milliseconds, where the backend says it. */
  readonly keepAlive: boolean;
  readonly keepAliveMs: number | null;
}

const statusLine = /^HTTP\/1\.(?<minor>\d) (?<status>[1-9]\d\d)(?: (?<reason>.*))?$/;

/** Reads the head of an answer to `method`; null when it is no HTTP/1 answer. Never throws. */
export function parseResponseHead(text: string, method: string): ResponseHead | null {
  const head = parseHead(text);
  if (head === null) return null;
  const line = statusLine.exec(head.start)?.groups;
  if (line === undefined) return null;
  const status = Number(line.status);
  const said = framingOf(head.fields);
  if (said.kind === 'malformed' || said.kind === 'unknown-coding') return null;
  const options = connectionOptions(head.fields);
  const hasBody = method !== 'HEAD' && status >= 200 && status !== 204 && status !== 304;
  const framing = hasBody ? (said.kind === 'unsaid' ? untilClose : said) : noBody;
  const isOld = line.minor === '0';
  const open = !options.close && (!isOld || options.keepAlive) && framing.kind !== 'until-close';
  return {
    status,
    reason: printable(line.reason ?? ''),
    fields: head.fields.filter(({ key }) => !options.dropped.has(key)),
    framing,
    lengthOfAbsent: hasBody || status < 200 || status === 204 ? null : valueIn(head.fields, 'content-length'),
    upgrade: options.upgrade,
    keepAlive: open && !hasTwoLengths(head.fields),
    keepAliveMs: keepAliveMs(valueIn(head.fields, 'keep-alive')),
  };
}

/** A client must not see a control character in the reason phrase; nobody reads it otherwise. */
function printable(reason: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
  return reason.replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, '');
}

/** Framed in two ways: what follows on this connection may belong to either. */
function hasTwoLengths(fields: readonly Field[]): boolean {
  return valueIn(fields, 'content-length') !== null && valueIn(fields, 'transfer-encoding') !== null;
}

function valueIn(fields: readonly Field[], key: string): string | null {
  return fields.find((field) => field.key === key)?.value ?? null;
}

function keepAliveMs(value: string | null): number | null {
  const seconds = /\btimeout=(\d{1,6})\b/i.exec(value ?? '')?.[1];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}
