import { characterClasses } from './pattern-dialects.ts';
import { type Reader, Untranslatable } from './pattern-reader.ts';

/** What an escape such as `\d` or `\p{Alpha}` stands for, as it is written inside brackets. */
export interface NamedClass {
  readonly content: string;
  readonly negated: boolean;
}

const letters: Readonly<Record<string, string>> = { d: 'digit', w: 'word', s: 'space', h: 'xdigit' };

/** Reads a class by its escape and moves on; undefined, without moving, when the escape names none. */
export function namedClass(reader: Reader): NamedClass | undefined {
  const rest = reader.source.slice(reader.at);
  const letter = rest[1] ?? '';
  const name = letters[letter.toLowerCase()];
  if (name !== undefined) {
    reader.at += 2;
    return { content: characterClasses[name] ?? '', negated: letter !== letter.toLowerCase() };
  }
  const property = /^\\([pP])\{(\^?)([\w =]+)\}/.exec(rest);
  if (property === null) return undefined;
  const [whole, kind, caret, written = ''] = property;
  reader.at += whole.length;
  const negated = (kind === 'P') !== (caret === '^');
  return { content: characterClasses[written.toLowerCase()] ?? `\\p{${written}}`, negated };
}

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, a: 7, e: 27 };

/** Reads one escaped character and moves on. */
export function readCodePoint(reader: Reader): number {
  const rest = reader.source.slice(reader.at);
  const coded = /^\\(?:x\{([0-9A-Fa-f]{1,8})\}|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|0([0-7]{0,2}))/.exec(
    rest,
  );
  if (coded !== null) {
    const [whole, braced, short, unicode, octal] = coded;
    reader.at += whole.length;
    const value =
      octal === undefined
        ? Number.parseInt(braced ?? short ?? unicode ?? '', 16)
        : Number.parseInt(`0${octal}`, 8);
    if (value > 0x10ffff) throw new Untranslatable();
    return value;
  }
  const codePoint = rest.codePointAt(1);
  if (codePoint === undefined) throw new Untranslatable();
  reader.at += codePoint > 0xffff ? 3 : 2;
  return controls[String.fromCodePoint(codePoint)] ?? codePoint;
}
