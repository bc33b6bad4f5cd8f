/** A media type in parts: `application/vnd.order+json;charset=utf-8`. */
export interface MediaType {
  readonly main: string;
  /** Without the suffix. */
  readonly sub: string;
  readonly suffix?: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** What is written without parameters and suffix; of an unknown type when undefined. */
const token = "[\\w!#$&^.\\-*']+";
const written = new RegExp(`^\\s*(${token})/(${token}?)(?:\\+(${token}))?\\s*((?:;.*)?)$`);

/** Reads a `Content-Type`; undefined when it is not one. */
export function parseMediaType(text: string): MediaType | undefined {
  const [, main, sub, suffix, rest = ''] = written.exec(text) ?? [];
  if (main === undefined || !sub) return undefined;
  const parameters = new Map<string, string>();
  for (const part of rest.split(';').slice(1)) {
    const [name, value] = splitOnce(part, '=');
    if (name.trim() !== '' && value !== undefined)
      parameters.set(name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1'));
  }
  return {
    main: main.toLowerCase(),
    sub: sub.toLowerCase(),
    ...(suffix === undefined ? {} : { suffix: suffix.toLowerCase() }),
    parameters,
  };
}

const plain = (main: string, sub: string): MediaType => ({ main, sub, parameters: new Map() });
const unknown = plain('*', '*');
const xmlStart = /^\s*<\?xml\s*version.*/;
const htmlStart = /^(?:\s*<!DOCTYPE|<HTML>.*)/;
const xmlElement = /^\s*<\w+\s*(:\w+=["”][^"”]+["”])?.*/;
const jsonStart = /^\s*(true|false|null|[0-9]+|"\w*|\{\s*(\}|"\w+)|\[\s*)/;

/** The type of a body that names none, from how it starts. Bytes that are no text have none. */
export function detectMediaType(bytes: Uint8Array): MediaType {
  const text = decodeText(bytes);
  if (text === undefined) return unknown;
  if (xmlStart.test(text)) return plain('application', 'xml');
  if (htmlStart.test(text.toUpperCase())) return plain('text', 'html');
  if (xmlElement.test(text)) return plain('application', 'xml');
  return jsonStart.test(text) ? plain('application', 'json') : plain('text', 'plain');
}

export function isUnknown({ main, sub }: MediaType): boolean {
  return main === '*' || sub === '*';
}

export function isJson({ main, sub, suffix }: MediaType): boolean {
  return main === 'application' && (sub.startsWith('json') || suffix === 'json' || sub === 'graphql');
}

export function isXml({ main, sub, suffix }: MediaType): boolean {
  return (main === 'application' || main === 'text') && (sub === 'xml' || suffix === 'xml');
}

export function isForm({ main, sub }: MediaType): boolean {
  return main === 'application' && sub === 'x-www-form-urlencoded';
}

export function isText(type: MediaType): boolean {
  return type.main === 'text' || isXml(type) || isJson(type) || isForm(type);
}

export function isBinary(type: MediaType): boolean {
  return ['audio', 'font', 'image', 'video'].includes(type.main) || !isText(type);
}

/** The type that a suffix stands for, without parameters: `application/vnd.order+json` is `application/json`. */
export function baseType({ main, sub, suffix }: MediaType): MediaType {
  return plain(main, suffix ?? sub);
}

/** Whether a type is what is expected; parameters count only where they are expected. */
export function isEquivalent(expected: MediaType, actual: MediaType): boolean {
  const parameters =
    expected.parameters.size === 0 ||
    (expected.parameters.size === actual.parameters.size &&
      [...expected.parameters].every(([name, value]) =>
        sameParameter(name, value, actual.parameters.get(name)),
      ));
  if (isPlainXml(expected) && isPlainXml(actual)) return parameters;
  const suffix = expected.parameters.size === 0 || expected.suffix === actual.suffix;
  return expected.main === actual.main && expected.sub === actual.sub && suffix && parameters;
}

export function showMediaType({ main, sub, suffix, parameters }: MediaType): string {
  const all = [...parameters].map(([name, value]) => `;${name}=${value}`).join('');
  return `${main}/${sub}${suffix === undefined ? '' : `+${suffix}`}${all}`;
}

/** UTF-8 text, or undefined when the bytes are none. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function isPlainXml({ main, sub, suffix }: MediaType): boolean {
  return (main === 'application' || main === 'text') && sub === 'xml' && suffix === undefined;
}

/** Character sets are named in any case. */
function sameParameter(name: string, expected: string, actual: string | undefined): boolean {
  return name === 'charset' ? expected.toLowerCase() === actual?.toLowerCase() : expected === actual;
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
