import type { Dialect } from './pattern-dialects.ts';
import { namedClass, readCodePoint } from './pattern-escapes.ts';
import { type Reader, Untranslatable } from './pattern-reader.ts';
import { translateClass } from './translate-class.ts';

interface Group {
  readonly close: string;
  readonly dotAll: boolean;
  readonly extended: boolean;
  readonly start: number;
}

/**
 * Writes an expression in Oniguruma's Ruby syntax in another dialect. `^` and `$` stand at lines, `(?m)` lets the dot
 * match newlines, classes are those of Unicode. Undefined when the expression is wrong or cannot be said.
 */
export function translatePattern(source: string, dialect: Dialect): string | undefined {
  try {
    return new Translation({ source, dialect, at: 0 }).run();
  } catch (error) {
    if (error instanceof Untranslatable) return undefined;
    throw error;
  }
}

class Translation {
  readonly #reader: Reader;
  readonly #out: string[] = [];
  readonly #groups: Group[] = [];
  #dotAll = false;
  #extended = false;
  #captures = 0;
  /** Closes the groups that flags opened outside of any group. */
  #endings = '';
  /** Where in the output the piece starts that a quantifier would repeat; null where there is none. */
  #atom: number | null = null;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  run(): string {
    const { source } = this.#reader;
    while (this.#reader.at < source.length) this.#piece();
    if (this.#groups.length > 0) throw new Untranslatable();
    return `${this.#out.join('')}${this.#endings}`;
  }

  #piece(): void {
    const { source, dialect, at } = this.#reader;
    const character = source[at] ?? '';
    if (this.#extended && /\s/.test(character)) this.#reader.at += 1;
    else if (this.#extended && character === '#') this.#skipComment();
    else if (character === '(') this.#open();
    else if (character === ')') this.#close();
    else if (character === '[') this.#emit(translateClass(this.#reader));
    else if (character === '\\') this.#emit(this.#escape());
    else if ('*+?{'.includes(character)) this.#quantifier();
    else if (character === '|') this.#alternative();
    else {
      const symbols: Readonly<Record<string, string>> = {
        '.': this.#dotAll ? dialect.dotAll : dialect.dot,
        '^': dialect.lineStart,
        $: dialect.lineEnd,
      };
      const codePoint = source.codePointAt(at) ?? 0;
      this.#reader.at += codePoint > 0xffff ? 2 : 1;
      this.#emit(symbols[character] ?? dialect.literal(codePoint));
    }
  }

  #alternative(): void {
    this.#reader.at += 1;
    this.#out.push('|');
    this.#atom = null;
  }

  #emit(text: string): void {
    this.#atom = this.#out.length;
    this.#out.push(text);
  }

  #skipComment(): void {
    const end = this.#reader.source.indexOf('\n', this.#reader.at);
    this.#reader.at = end < 0 ? this.#reader.source.length : end + 1;
  }

  #open(): void {
    const { source, dialect, at } = this.#reader;
    const rest = source.slice(at);
    const comment = /^\(\?#[^)]*\)/.exec(rest);
    const flags = /^\(\?([imx]*)(?:-([imx]*))?([:)])/.exec(rest);
    const name = /^\(\?(?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(rest);
    const around = /^\(\?(?:<?[=!]|>)/.exec(rest)?.[0];
    if (comment !== null) this.#reader.at += comment[0].length;
    else if (flags !== null) this.#openWithFlags(flags);
    else if (name !== null) this.#push(name[0].length, this.#capture(name[1] ?? name[2]), ')');
    else if (around !== undefined && !dialect.lookAround) throw new Untranslatable();
    else if (around === '(?>') this.#push(3, ...this.#atomic());
    else if (around !== undefined) this.#push(around.length, around, ')');
    else if (rest.startsWith('(?')) throw new Untranslatable();
    else this.#push(1, this.#capture(undefined), ')');
  }

  /** JavaScript has no atomic groups; a look-ahead is one, and a reference takes what it saw. */
  #atomic(): readonly [string, string] {
    this.#captures += 1;
    return [`(?:(?=(?<atom${this.#captures}>`, `))\\k<atom${this.#captures}>)`];
  }

  #capture(name: string | undefined): string {
    this.#captures += 1;
    return this.#reader.dialect.lookAround ? `(?<${name ?? `group${this.#captures}`}>` : '(?:';
  }

  /** `(?i)` holds until the group around it ends, so it becomes a group that ends there. */
  #openWithFlags(match: RegExpExecArray): void {
    const [whole, on = '', off = '', end] = match;
    const ignore = on.includes('i') ? '(?i:' : off.includes('i') ? '(?-i:' : '(?:';
    if (end === ':') this.#push(whole.length, ignore, ')');
    else {
      this.#reader.at += whole.length;
      this.#out.push(ignore);
      const group = this.#groups.pop();
      if (group === undefined) this.#endings += ')';
      else this.#groups.push({ ...group, close: `)${group.close}` });
      this.#atom = null;
    }
    if (on.includes('m')) this.#dotAll = true;
    if (off.includes('m')) this.#dotAll = false;
    if (on.includes('x')) this.#extended = true;
    if (off.includes('x')) this.#extended = false;
  }

  #push(length: number, open: string, close: string): void {
    this.#groups.push({ close, dotAll: this.#dotAll, extended: this.#extended, start: this.#out.length });
    this.#out.push(open);
    this.#reader.at += length;
    this.#atom = null;
  }

  #close(): void {
    const group = this.#groups.pop();
    if (group === undefined) throw new Untranslatable();
    this.#reader.at += 1;
    this.#out.push(group.close);
    this.#dotAll = group.dotAll;
    this.#extended = group.extended;
    this.#atom = group.start;
  }

  #quantifier(): void {
    const { source, at, dialect } = this.#reader;
    const match = /^(?:[*+?]|\{(\d*)(,?)(\d*)\})/.exec(source.slice(at));
    const [whole = '', least = '', comma = '', most = ''] = match ?? [];
    const isRange = whole.startsWith('{');
    if (match === null || (isRange && least === '' && most === '')) {
      this.#reader.at += 1;
      this.#emit(dialect.literal(0x7b));
      return;
    }
    if (this.#atom === null) throw new Untranslatable();
    this.#reader.at += whole.length;
    const start = this.#atom;
    const atom = `(?:${this.#out.splice(start).join('')})`;
    const [low, high] = [least || '0', most].sort((a, b) => (a && b ? Number(a) - Number(b) : 0));
    const repeated = `${atom}${isRange ? `{${low}${comma}${high}}` : whole}`;
    const suffix = source[this.#reader.at];
    const isLazy = suffix === '?' && !(isRange && comma === '');
    const isPossessive = suffix === '+' && !isRange;
    if (isLazy || isPossessive) this.#reader.at += 1;
    if (isPossessive && !dialect.lookAround) throw new Untranslatable();
    const [open, close] = isPossessive ? this.#atomic() : ['', isLazy ? '?' : ''];
    this.#out.push(`${open}${repeated}${close}`);
    this.#atom = start;
  }

  #escape(): string {
    const { dialect, source, at } = this.#reader;
    const character = source[at + 1];
    if (character === undefined) throw new Untranslatable();
    const symbols: Readonly<Record<string, string | undefined>> = {
      A: dialect.textStart,
      G: dialect.textStart,
      z: dialect.textEnd,
      Z: dialect.beforeFinalNewline,
      b: dialect.wordBoundary,
      B: dialect.noWordBoundary,
      R: '(?:\\r\\n|[\\n\\v\\f\\r])',
      K: undefined,
    };
    if (Object.hasOwn(symbols, character)) {
      this.#reader.at += 2;
      const symbol = symbols[character];
      if (symbol === undefined) throw new Untranslatable();
      return symbol;
    }
    const reference = /^\\(?:([1-9]\d*)|k<([A-Za-z_]\w*)>)/.exec(source.slice(at));
    if (reference !== null) return this.#reference(reference);
    const named = namedClass(this.#reader);
    if (named !== undefined) return `[${named.negated ? '^' : ''}${named.content}]`;
    return dialect.literal(readCodePoint(this.#reader));
  }

  #reference([whole, number, name]: RegExpExecArray): string {
    if (!this.#reader.dialect.lookAround) throw new Untranslatable();
    this.#reader.at += whole.length;
    return `\\k<${name ?? `group${number}`}>`;
  }
}
