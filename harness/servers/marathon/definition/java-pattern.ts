/**
 * A pattern that must match the whole text, as Java's `String.matches` does; undefined when it is no regular expression.
 * Flags that Java takes in front (`(?i)`) are understood.
 */
export function javaPattern(pattern: string): RegExp | undefined {
  const [prefix = '', flags = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  try {
    return new RegExp(`^(?:${pattern.slice(prefix.length)})$`, flags);
  } catch {
    return undefined;
  }
}
