/** Which part of a file `/files/read` and READ_FILE are asked for. */
export interface FileRange {
  /** -1: only the file's size is wanted. */
  readonly offset: number;
  /** Undefined: to the end. */
  readonly length: number | undefined;
}

/** Reads the range in a query; absent parameters are null. */
export function readRange(
  offset: string | null,
  length: string | null,
): FileRange | { readonly problem: string } {
  for (const [name, given] of Object.entries({ offset, length })) {
    if (given === null || given === '') continue;
    if (!/^-?\d+$/.test(given)) return { problem: `Failed to parse ${name}: '${given}' is not a number.` };
  }
  return checkRange(offset ? Number(offset) : -1, length ? Number(length) : undefined);
}

/** Numbers from here on are not exact, and no file is that long. */
const tooLarge = Number.MAX_SAFE_INTEGER;

/** Whole numbers only. A length of -1 means the same as none. */
export function checkRange(
  offset: number,
  length: number | undefined,
): FileRange | { readonly problem: string } {
  if (offset >= tooLarge) return { problem: `Failed to parse offset: ${offset} is too large.` };
  if (offset < -1) return { problem: `Negative offset provided: ${offset}.` };
  if (length !== undefined && length < -1) return { problem: `Negative length provided: ${length}.` };
  return { offset, length: length === -1 ? undefined : length };
}
