/** What each letter of a Java date pattern, which pacts use, may stand for; anything longer reads like the longest. */
const letters: Readonly<Record<string, (length: number) => string>> = {
  y: (length) => (length === 2 ? '\\d{2}' : '\\d{4}'),
  M: (length) => (length >= 3 ? '[A-Za-z]+' : length === 2 ? '(?:0[1-9]|1[0-2])' : '\\d{1,2}'),
  d: (length) => (length >= 2 ? '(?:0[1-9]|[12]\\d|3[01])' : '\\d{1,2}'),
  H: (length) => (length >= 2 ? '(?:[01]\\d|2[0-3])' : '\\d{1,2}'),
  h: (length) => (length >= 2 ? '(?:0[1-9]|1[0-2])' : '\\d{1,2}'),
  m: (length) => (length >= 2 ? '[0-5]\\d' : '\\d{1,2}'),
  s: (length) => (length >= 2 ? '(?:[0-5]\\d|60)' : '\\d{1,2}'),
  S: (length) => `\\d{${length}}`,
  n: () => '\\d{1,9}',
  a: () => '(?:AM|PM|am|pm)',
  E: () => '[A-Za-z]+',
  X: (length) => (length >= 3 ? '(?:Z|[+-]\\d{2}:\\d{2})' : '(?:Z|[+-]\\d{2}:?(?:\\d{2})?)'),
  x: () => '[+-]\\d{2}:?(?:\\d{2})?',
  Z: () => '[+-]\\d{2}:?\\d{2}',
  z: () => '[A-Za-z/_+:\\d-]+',
};

/** Whether text could have been written with a date pattern such as `yyyy-MM-dd'T'HH:mm:ss.SSSXXX`. */
export function matchesDateFormat(format: string, text: string): boolean {
  const parts = format.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g);
  let pattern = '';
  for (const [part, quoted, letter] of parts) {
    if (quoted !== undefined) pattern += literal(quoted === '' ? "'" : quoted.replaceAll("''", "'"));
    else if (letter !== undefined) pattern += letters[letter]?.(part.length) ?? literal(part);
    else pattern += literal(part);
  }
  return new RegExp(`^${pattern}$`).test(text);
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
