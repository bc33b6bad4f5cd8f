/** Parsed JSON, or where it stops being JSON; lines and columns count from 1. */
export type JsonText =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly line: number; readonly column: number; readonly message: string };

export function parseJson(text: string): JsonText {
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch (error) {
    const before = text.slice(0, endOfValidPrefix(text)).split('\n');
    const message = messageOf(error).replace(
      /( in JSON)? at position .*$|, (\.{3})?".*is not valid JSON$/s,
      '',
    );
    return { kind: 'broken', line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
  }
}

/** V8 does not always tell the position, but it always tells whether a text could still become JSON. */
function endOfValidPrefix(text: string): number {
  let valid = 0;
  let invalid = text.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (couldBecomeJson(text.slice(0, middle))) valid = middle;
    else invalid = middle;
  }
  return valid;
}

function couldBecomeJson(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return true;
  } catch (error) {
    const message = messageOf(error);
    if (/^Unexpected end|^Unterminated/.test(message)) return true;
    return message.includes(`at position ${prefix.length} `);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
