/** Fields of a pattern, or text in quotes, or anything else as it is. */
const token = /'(?<quoted>(?:[^']|'')*)'|(?<field>([A-Za-z])\3*)|(?<other>[^A-Za-z'])/g;

/** A moment in UTC by a pattern as Java writes them; undefined where the pattern holds a field that is not known here. */
export function formatDate(date: Date, pattern: string): string | undefined {
  let known = true;
  const text = pattern.replaceAll(token, (...match) => {
    const { quoted, field, other } = match.at(-1) as Record<'quoted' | 'field' | 'other', string | undefined>;
    if (quoted !== undefined) return quoted === '' ? "'" : quoted.replaceAll("''", "'");
    if (field === undefined) return other ?? '';
    const written = fieldOf(date, field);
    if (written === undefined) known = false;
    return written ?? '';
  });
  return known ? text : undefined;
}

function fieldOf(date: Date, field: string): string | undefined {
  const width = field.length;
  const padded = (value: number): string => String(value).padStart(width, '0');
  switch (field[0]) {
    case 'y':
    case 'u':
      return width === 2
        ? String(date.getUTCFullYear() % 100).padStart(2, '0')
        : padded(date.getUTCFullYear());
    case 'M':
      return width <= 2 ? padded(date.getUTCMonth() + 1) : undefined;
    case 'd':
      return padded(date.getUTCDate());
    case 'H':
      return padded(date.getUTCHours());
    case 'h':
      return padded(date.getUTCHours() % 12 || 12);
    case 'a':
      return date.getUTCHours() < 12 ? 'AM' : 'PM';
    case 'm':
      return padded(date.getUTCMinutes());
    case 's':
      return padded(date.getUTCSeconds());
    case 'S':
      return String(date.getUTCMilliseconds()).padStart(3, '0').padEnd(width, '0').slice(0, width);
    case 'X':
      return 'Z';
    case 'x':
    case 'Z':
      return width === 3 ? '+00:00' : '+0000';
    default:
      return undefined;
  }
}
