import type { WrittenPact } from './canonical-pact.ts';

/** What this Node has and TypeScript's library does not know yet: the text of a number, and a number kept as its text. */
interface JsonWithSource {
  parse(
    text: string,
    revive: (key: string, value: unknown, context?: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
}

/**
 * Reads a pact so that writing it gives every number as it was: `1.0` is another number to Pact than `1`, and an id of 20
 * digits must not be rounded. @throws SyntaxError
 */
export function parseWritten(text: string): WrittenPact {
  const json = JSON as unknown as JsonWithSource;
  const value = json.parse(text, (_key, one, context) => {
    const { source } = context ?? {};
    return typeof one !== 'number' || source === undefined || source === String(one)
      ? one
      : json.rawJSON(source);
  });
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as WrittenPact) : {};
}
