import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

/** Parsed JSON, or where it stops being JSON; lines and columns count from 1. */
export type JsonText =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly line: number; readonly column: number; readonly message: string };

export function parseJson(text: string): JsonText {
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    const [first] = errorsIn(text);
    const before = text.slice(0, first?.offset ?? 0).split('\n');
    return {
      kind: 'broken',
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      message: first === undefined ? 'invalid JSON' : inWords(printParseErrorCode(first.error)),
    };
  }
}

/** V8 does not always tell where a text stops being JSON. */
function errorsIn(text: string): readonly ParseError[] {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  return errors;
}

/** `CommaExpected` → `comma expected` */
function inWords(code: string): string {
  return code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
