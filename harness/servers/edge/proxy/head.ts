/** One header field of a message. */
export interface Field {
  /** As it was sent. */
  readonly name: string;
  /** The name in lower case, to compare with. Never a key of an object: peers choose it. */
  readonly key: string;
  readonly value: string;
}

export interface Head {
  /** The request line or the status line. */
  readonly start: string;
  readonly fields: readonly Field[];
}

/** Longest head of a request or an answer, in bytes; HAProxy's and Node's limit. */
export const longestHead = 16 * 1024;

/** Names are tokens and values hold no control characters but the tab (RFC 9110 §5.5 and §5.6.2). Linear in its input. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const fieldLines = /^(?:[!#$%&'*+.^_`|~\w-]+:[^\u0000-\u0008\u000a-\u001f\u007f]*\r\n)*$/;

/** Reads a head that ends with the CRLF of its last line; null when a line of it is malformed. Folded lines are joined. */
export function parseHead(text: string): Head | null {
  const startEnd = text.indexOf('\r\n');
  if (startEnd < 0) return null;
  let lines = text.slice(startEnd + 2);
  if (!fieldLines.test(lines)) {
    lines = lines.replace(/(?<=[^\n])\r\n[ \t]+/g, ' ');
    if (!fieldLines.test(lines)) return null;
  }
  return { start: text.slice(0, startEnd), fields: parseFields(lines) };
}

function parseFields(lines: string): readonly Field[] {
  const fields: Field[] = [];
  let from = 0;
  while (from < lines.length) {
    const colon = lines.indexOf(':', from);
    const end = lines.indexOf('\r\n', colon);
    const name = lines.slice(from, colon);
    fields.push({ name, key: name.toLowerCase(), value: trimmed(lines, colon + 1, end) });
    from = end + 2;
  }
  return fields;
}

/** The fields of a chunked body's trailer that may be passed on; null when it is malformed. */
export function parseTrailers(lines: string): readonly Field[] | null {
  return fieldLines.test(lines) ? parseFields(lines).filter(({ key }) => !neverInTrailers.has(key)) : null;
}

/** What speaks of framing, routing or authentication means nothing, or harm, behind the body (RFC 9110 §6.5.1). */
const neverInTrailers = new Set([
  'authorization',
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-request-id',
]);

/** Without the spaces and tabs around it; `trim` would take more than these. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** `a, B,,c` → `['a', 'b', 'c']` */
export function tokensOf(value: string): readonly string[] {
  return value
    .toLowerCase()
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '');
}

export function formatFields(fields: readonly Field[]): string {
  let text = '';
  for (const { name, value } of fields) text += `${name}: ${value}\r\n`;
  return text;
}
