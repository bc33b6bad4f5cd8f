import { type Labels, type Outcome, ok, refused } from '../definition/index.ts';

/** Whether labels fit. */
export type Selector = (labels: Labels) => boolean;

/**
 * `key`, `key==v`, `key!=v`, `key in (a,b)`, `key notin (a,b)`, joined by commas, which mean AND. Every one of them wants
 * the label to exist. A syntax error is a bad argument.
 */
export function parseSelector(text: string): Outcome<Selector> {
  const scanner = new Scanner(text);
  const selectors: Selector[] = [];
  if (!scanner.isAtEnd()) {
    do {
      const selector = parseOne(scanner);
      if (selector === undefined) return malformed(text, scanner);
      selectors.push(selector);
    } while (scanner.take(/,/y) !== undefined);
  }
  if (!scanner.isAtEnd()) return malformed(text, scanner);
  return ok((labels) => selectors.every((selector) => selector(labels)));
}

function malformed(text: string, scanner: Scanner): Outcome<never> {
  const message = `Can not parse label selector ${text}. Reason: unexpected input at character ${scanner.position + 1}`;
  return refused({ kind: 'bad-argument', message });
}

const term = /(?:\\.|[-A-Za-z0-9_.])+/y;

function parseOne(scanner: Scanner): Selector | undefined {
  const key = takeTerm(scanner);
  if (key === undefined) return undefined;
  const operator = scanner.take(/==|!=|(?:notin|in)(?=\s*\()/y);
  const among =
    (values: readonly string[], isWanted: boolean): Selector =>
    (labels) =>
      Object.hasOwn(labels, key) && values.includes(labels[key] ?? '') === isWanted;
  switch (operator) {
    case '==':
    case '!=': {
      const value = takeTerm(scanner);
      return value === undefined ? undefined : among([value], operator === '==');
    }
    case 'in':
    case 'notin': {
      const values = takeSet(scanner);
      return values === undefined ? undefined : among(values, operator === 'in');
    }
    default:
      return (labels) => Object.hasOwn(labels, key);
  }
}

function takeSet(scanner: Scanner): readonly string[] | undefined {
  const values: string[] = [];
  if (scanner.take(/\(/y) === undefined) return undefined;
  if (scanner.take(/\)/y) !== undefined) return values;
  do {
    const value = takeTerm(scanner);
    if (value === undefined) return undefined;
    values.push(value);
  } while (scanner.take(/,/y) !== undefined);
  return scanner.take(/\)/y) === undefined ? undefined : values;
}

function takeTerm(scanner: Scanner): string | undefined {
  return scanner.take(term)?.replaceAll(/\\(.)/g, '$1');
}

/** Reads a text from left to right, blanks aside. */
class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
    this.#skipBlanks();
  }

  get position(): number {
    return this.#position;
  }

  isAtEnd(): boolean {
    return this.#position === this.#text.length;
  }

  /** What the sticky pattern matches here; undefined when it does not. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) return undefined;
    this.#position += found.length;
    this.#skipBlanks();
    return found;
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#text[this.#position] ?? '')) this.#position++;
  }
}
