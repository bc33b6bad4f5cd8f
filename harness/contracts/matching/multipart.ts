import type { MediaType } from './media-type.ts';

/** One part of a multipart body. */
export interface MimePart {
  /** Empty where the part names none. */
  readonly name: string;
  readonly isFile: boolean;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decoded where it was sent in base 64. */
  readonly data: Buffer;
}

/** Splits a multipart body into its parts; undefined when it is not one, or its type names no boundary. */
export function readMultipart(bytes: Buffer, type: MediaType): MimePart[] | undefined {
  const boundary = type.parameters.get('boundary');
  if (boundary === undefined || boundary === '') return undefined;
  const delimiter = `--${boundary}`;
  // One character per byte, so that places in the text are places in the bytes.
  const text = bytes.toString('latin1');
  let at = text.indexOf(delimiter);
  if (at < 0) return undefined;
  const parts: MimePart[] = [];
  while (true) {
    const start = at + delimiter.length;
    if (text.startsWith('--', start)) return parts;
    const end = text.indexOf(`\r\n${delimiter}`, start);
    if (end < 0) return undefined;
    const part = readPart(text.slice(start, end));
    if (part === undefined) return undefined;
    parts.push(part);
    at = end + 2;
  }
}

function readPart(text: string): MimePart | undefined {
  const split = text.indexOf('\r\n\r\n');
  if (split < 0) return undefined;
  const headers = new Map(
    text
      .slice(0, split)
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
  );
  const disposition = headers.get('content-disposition');
  const raw = text.slice(split + 4);
  const isBase64 = headers.get('content-transfer-encoding')?.toLowerCase() === 'base64';
  return {
    name: /;\s*name="?([^";]*)"?/i.exec(disposition ?? '')?.[1] ?? '',
    isFile: disposition === undefined || /;\s*filename\*?=/i.test(disposition),
    headers,
    data: isBase64 ? Buffer.from(raw, 'base64') : Buffer.from(raw, 'latin1'),
  };
}
