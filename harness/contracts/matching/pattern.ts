import { createContext, Script } from 'node:vm';
import { RE2JS } from 're2js';
import { javascript, re2 } from './pattern-dialects.ts';
import { translatePattern } from './translate-pattern.ts';

/** A regular expression of a pact, ready to judge texts. */
export interface Pattern {
  /** Whether the whole text is what the expression describes. */
  matches(text: string): boolean;
}

/** How long an expression that cannot be run in linear time may think about one text. */
const patienceMs = 250;

const known = new Map<string, Pattern | undefined>();

/**
 * Reads an expression as Pact's engine does (Oniguruma, Ruby syntax). Undefined when that engine would refuse it too.
 * What RE2 can express runs in time linear in the text; the rest (look-around, back references) runs under a time limit.
 */
export function readPattern(source: string): Pattern | undefined {
  if (!known.has(source)) {
    if (known.size > 10_000) known.clear();
    known.set(source, compile(source));
  }
  return known.get(source);
}

function compile(source: string): Pattern | undefined {
  return linear(source) ?? limited(source);
}

function linear(source: string): Pattern | undefined {
  const translated = translatePattern(source, re2);
  if (translated === undefined) return undefined;
  try {
    const expression = RE2JS.compile(translated);
    return { matches: (text) => expression.matches(text) };
  } catch {
    return undefined;
  }
}

const watch = new Script('pattern.test(text)');

function limited(source: string): Pattern | undefined {
  const translated = translatePattern(source, javascript);
  if (translated === undefined) return undefined;
  try {
    const context = createContext({ pattern: new RegExp(`^(?:${translated})$`, 'v'), text: '' });
    return {
      matches(text) {
        context.text = text;
        try {
          return watch.runInContext(context, { timeout: patienceMs }) === true;
        } catch {
          return false;
        }
      },
    };
  } catch {
    return undefined;
  }
}
