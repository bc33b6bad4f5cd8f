/** How one engine writes what Oniguruma's syntax says; undefined where it cannot. */
export interface Dialect {
  literal(codePoint: number): string;
  readonly lineStart: string;
  readonly lineEnd: string;
  readonly textStart: string;
  readonly textEnd: string;
  readonly beforeFinalNewline: string | undefined;
  /** Any character but a newline, and any character at all. */
  readonly dot: string;
  readonly dotAll: string;
  readonly wordBoundary: string;
  readonly noWordBoundary: string;
  /** Whether look-around, back references and atomic groups can be written. */
  readonly lookAround: boolean;
  /** Whether classes can be nested and intersected. */
  readonly classSets: boolean;
}

const word = '[\\p{L}\\p{M}\\p{Nd}\\p{Pc}]';

function literal(codePoint: number, open: string): string {
  const character = String.fromCodePoint(codePoint);
  return /[A-Za-z0-9]/.test(character) ? character : `${open}{${codePoint.toString(16)}}`;
}

/** RE2: linear time. */
export const re2: Dialect = {
  literal: (codePoint) => literal(codePoint, '\\x'),
  lineStart: '(?m:^)',
  lineEnd: '(?m:$)',
  textStart: '\\A',
  textEnd: '\\z',
  beforeFinalNewline: undefined,
  dot: '[^\\n]',
  dotAll: '(?s:.)',
  wordBoundary: '\\b',
  noWordBoundary: '\\B',
  lookAround: false,
  classSets: false,
};

/** JavaScript with the flag `v`: everything, by backtracking. */
export const javascript: Dialect = {
  literal: (codePoint) => literal(codePoint, '\\u'),
  lineStart: '(?<![^\\n])',
  lineEnd: '(?![^\\n])',
  textStart: '(?<![\\s\\S])',
  textEnd: '(?![\\s\\S])',
  beforeFinalNewline: '(?=\\n?(?![\\s\\S]))',
  dot: '[^\\n]',
  dotAll: '[\\s\\S]',
  wordBoundary: `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`,
  noWordBoundary: `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`,
  lookAround: true,
  classSets: true,
};

/** What a class of characters holds, as it is written inside brackets. */
export const characterClasses: Readonly<Record<string, string>> = {
  alpha: '\\p{L}\\p{M}',
  alnum: '\\p{L}\\p{M}\\p{Nd}',
  digit: '\\p{Nd}',
  lower: '\\p{Ll}',
  upper: '\\p{Lu}',
  word: '\\p{L}\\p{M}\\p{Nd}\\p{Pc}',
  space: '\\t\\n\\v\\f\\r\\x85\\p{Z}',
  blank: '\\t\\p{Zs}',
  punct: '\\p{P}\\p{S}',
  cntrl: '\\p{Cc}',
  xdigit: '0-9A-Fa-f',
  ascii: '\\x00-\\x7f',
  graph: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}',
  print: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Zs}',
  any: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Z}\\p{C}',
};
