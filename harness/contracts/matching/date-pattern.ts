import { zoneAbbreviations } from './zone-abbreviations.ts';

/** What was read of a text by one letter of a pattern: where it ends, or that it does not fit. */
type Read = (text: string, at: number) => number | undefined;

interface Token {
  readonly letter: string;
  readonly read: Read;
}

const months = 'january|february|march|april|may|june|july|august|september|october|november|december';
const days = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday';
const short = (names: string): string => names.replaceAll(/(\w{3})\w*/g, '$1');

/** Reads what an expression describes, at the place and nowhere else. */
function by(expression: string, accepts: (found: string) => boolean = () => true): Read {
  const pattern = new RegExp(expression, 'iy');
  return (text, at) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    return found !== undefined && accepts(found) ? at + found.length : undefined;
  };
}

/** One or two digits within limits, as Pact reads them. */
function number(low: number, high: number, digits = 2): Read {
  return by(`\\d{1,${digits}}`, (found) => Number(found) >= low && Number(found) <= high);
}

const hour = '(?:0?\\d|1[01])';
const minute = '(?:[0-5]?\\d)';
const colonOffset = `[+-]+${hour}:${minute}`;

function zoneOffset(length: number): string {
  if (length === 1) return `[+-]+${hour}(?:${minute})?`;
  if (length === 2) return `[+-]+${hour}${minute}`;
  if (length === 3) return colonOffset;
  if (length === 4) return `[+-]+${hour}${minute}(?:${minute})?`;
  return `${colonOffset}(?::${minute})?`;
}

/** For each letter of a Java date pattern, what a run of it stands for; undefined when the run is too long. */
const letters: Readonly<Record<string, (length: number) => Read | undefined>> = {
  G: (length) => atMost(length, 5, by('ad|bc')),
  y: (length) => by(`\\d{1,${length}}`),
  M: (length) => atMost(length, 5, length <= 2 ? number(1, 12) : by(length === 3 ? short(months) : months)),
  L: (length) => atMost(length, 5, number(1, 12)),
  D: () => number(1, 356, 3),
  d: (length) => atMost(length, 2, number(1, 31)),
  Q: (length) =>
    atMost(
      length,
      5,
      length < 3 ? number(1, 4) : by(length === 3 ? 'Q[1-4]' : '(?:1st|2nd|3rd|4th) quarter'),
    ),
  q: (length) => atMost(length, 2, number(1, 4)),
  w: (length) => atMost(length, 2, number(1, 56)),
  W: (length) => atMost(length, 2, number(1, 5)),
  F: (length) => atMost(length, 2, number(0, 4)),
  E: (length) => atMost(length, 5, by(length <= 3 ? short(days) : days)),
  e: (length) => atMost(length, 5, length <= 2 ? number(1, 7, 1) : by(length === 3 ? short(days) : days)),
  c: (length) => atMost(length, 1, number(1, 7, 1)),
  a: (length) => atMost(length, 1, by('am|pm')),
  h: (length) => atMost(length, 2, number(1, 12)),
  H: (length) => atMost(length, 2, number(0, 23)),
  k: (length) => atMost(length, 2, number(1, 24)),
  K: (length) => atMost(length, 2, number(0, 11)),
  m: (length) => atMost(length, 2, number(0, 59)),
  s: (length) => atMost(length, 2, number(0, 60)),
  S: (length) => by(`\\d{1,${length}}`),
  n: () => by('\\d+'),
  A: () => by('\\d+'),
  N: () => by('\\d+'),
  z: (length) => (length < 4 ? by('[A-Z]{3,4}', (found) => zoneAbbreviations.has(found)) : () => undefined),
  V: (length) => atMost(length, 2, by('[A-Za-z0-9]+/[A-Za-z0-9]+', isZone)),
  Z: (length) =>
    atMost(
      length,
      5,
      by(
        length <= 3 ? `[+-]+${hour}${minute}` : length === 4 ? `(?:GMT|UTC)(?:${colonOffset})?` : colonOffset,
      ),
    ),
  O: (length) =>
    atMost(
      length,
      4,
      by(length <= 3 ? `(?:GMT|UTC)[+-]+${hour}(?::${minute})?` : `(?:GMT|UTC)${colonOffset}`),
    ),
  X: (length) => atMost(length, 5, by(`Z|${zoneOffset(length)}`)),
  x: (length) => atMost(length, 5, by(zoneOffset(length))),
};

/** Letters that may stand in one run: `Y` and `u` are read as `y`. */
const runs = /'((?:[^']|'')+)'|''|([yYu]+|([A-Za-z])\3*)|[^A-Za-z0-9'{}[\]]+/gy;

/** Whether a text could have been written with a Java date pattern such as `yyyy-MM-dd'T'HH:mm:ss.SSSXXX`, and names a day that exists. */
export function matchesDatePattern(pattern: string, text: string): boolean {
  const tokens = readTokens(pattern);
  if (tokens === undefined) return false;
  const found = new Map<string, string>();
  let at = 0;
  for (const { letter, read } of tokens) {
    const end = read(text, at);
    if (end === undefined) return false;
    if (!found.has(letter)) found.set(letter, text.slice(at, end));
    at = end;
  }
  return at === text.length && dayExists(found);
}

function readTokens(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of pattern.matchAll(runs)) {
    const [whole, quoted, run] = match;
    end = match.index + whole.length;
    const letter = run === undefined ? '' : /[yYu]/.test(run) ? 'y' : (run[0] ?? '');
    const read =
      run === undefined
        ? exactly(quoted?.replaceAll("''", "'") ?? (whole === "''" ? "'" : whole))
        : letters[letter]?.(run.length);
    if (read === undefined) return undefined;
    tokens.push({ letter, read });
  }
  return end === pattern.length && tokens.length > 0 ? tokens : undefined;
}

function exactly(wanted: string): Read {
  return (text, at) => (text.startsWith(wanted, at) ? at + wanted.length : undefined);
}

function atMost(length: number, limit: number, read: Read): Read | undefined {
  return length > limit ? undefined : read;
}

/** Without a year, 29 February does not exist. */
function dayExists(found: ReadonlyMap<string, string>): boolean {
  const day = found.get('d');
  const month = found.get('M');
  if (day === undefined || month === undefined) return true;
  const index = /^\d/.test(month)
    ? Number(month)
    : short(months).split('|').indexOf(month.slice(0, 3).toLowerCase()) + 1;
  const date = new Date(0);
  date.setUTCFullYear(Number(found.get('y') ?? 2001), index, 0);
  return Number(day) <= date.getUTCDate();
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
