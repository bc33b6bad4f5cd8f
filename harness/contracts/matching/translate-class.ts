import { characterClasses } from './pattern-dialects.ts';
import { namedClass, readCodePoint } from './pattern-escapes.ts';
import { type Reader, Untranslatable } from './pattern-reader.ts';

/** Reads a class in brackets, such as `[a-z&&[^b]]` or `[[:alpha:]\-]`, and writes it in the reader's dialect. */
export function translateClass(reader: Reader): string {
  reader.at += 1;
  const negated = reader.source[reader.at] === '^';
  if (negated) reader.at += 1;
  const operands: string[] = [];
  let members: string[] = [];
  let isFirst = true;
  while (true) {
    const rest = reader.source.slice(reader.at);
    if (rest === '') throw new Untranslatable();
    if (rest.startsWith(']') && !isFirst) break;
    isFirst = false;
    if (rest.startsWith('&&')) {
      reader.at += 2;
      operands.push(members.join(''));
      members = [];
    } else members.push(member(reader));
  }
  reader.at += 1;
  operands.push(members.join(''));
  if (operands.length === 1) return `[${negated ? '^' : ''}${operands[0]}]`;
  if (!reader.dialect.classSets) throw new Untranslatable();
  return `[${negated ? '^' : ''}${operands.map((operand) => `[${operand}]`).join('&&')}]`;
}

function member(reader: Reader): string {
  const { source, at } = reader;
  const posix = /^\[:(\^?)(\w+):\]/.exec(source.slice(at));
  if (posix !== null) {
    const [whole, caret, name = ''] = posix;
    const content = characterClasses[name];
    if (content === undefined) throw new Untranslatable();
    reader.at += whole.length;
    return caret === '' ? content : nested(reader, `[^${content}]`);
  }
  if (source[at] === '[') return nested(reader, translateClass(reader));
  if (source[at] === '\\') {
    const named = namedClass(reader);
    if (named !== undefined) {
      refuseRange(reader);
      return named.negated ? nested(reader, `[^${named.content}]`) : named.content;
    }
  }
  const first = character(reader);
  if (!/^-(?!\]|&&|\[)/.test(source.slice(reader.at))) return reader.dialect.literal(first);
  reader.at += 1;
  if (/^\\[dwshpDWSHP]/.test(source.slice(reader.at))) throw new Untranslatable();
  const last = character(reader);
  if (last < first) throw new Untranslatable();
  return `${reader.dialect.literal(first)}-${reader.dialect.literal(last)}`;
}

/** A class by name cannot be the end of a range. */
function refuseRange({ source, at }: Reader): void {
  if (/^-(?!\])/.test(source.slice(at))) throw new Untranslatable();
}

function nested(reader: Reader, text: string): string {
  if (!reader.dialect.classSets) throw new Untranslatable();
  return text;
}

function character(reader: Reader): number {
  if (reader.source[reader.at] === '\\') {
    // Inside brackets, `\b` is a backspace.
    if (reader.source[reader.at + 1] !== 'b') return readCodePoint(reader);
    reader.at += 2;
    return 8;
  }
  const codePoint = reader.source.codePointAt(reader.at) ?? 0;
  reader.at += codePoint > 0xffff ? 2 : 1;
  return codePoint;
}
