import { stripVTControlCharacters } from 'node:util';

/** Longest text of others that a report or a terminal shows, in characters: more is no message any more. */
export const longestText = 65_536;

/** Control characters but tab and newline, and those that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text of others as it may be shown, stored and put into XML and JSON: nothing in it moves a cursor, hides what follows or
 * breaks a parser. What is over `longest` characters is cut, and says so.
 */
export function printable(text: string, longest: number = longestText): string {
  const short = text.length > longest ? text.slice(0, longest) : text;
  const clean = stripVTControlCharacters(short)
    .replaceAll('\r\n', '\n')
    .replace(unprintable, '')
    .toWellFormed();
  return text.length > longest ? `${clean}\n… (cut: ${text.length} characters)` : clean;
}
