const longestId = 255;

/** Says why an id cannot be the name of a folder, in Mesos' words, or null. */
export function idProblem(id: string): string | null {
  if (id === '') return 'ID must not be empty';
  if (Buffer.byteLength(id) > longestId) return `ID must not be greater than ${longestId} characters`;
  if (id === '.' || id === '..') return `'${id}' is disallowed`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters Mesos refuses
  if (/[\x00-\x1f\x7f/\\]/.test(id)) return `'${id}' contains invalid characters`;
  return null;
}
