import type { Labels, Outcome } from '../definition/index.ts';

export type Selector = (labels: Labels) => boolean;

/** `key`, `key==v`, `key!=v`, `key in (a,b)`, `key notin (a,b)`, joined by commas. A syntax error is a bad argument. */
export function parseSelector(_text: string): Outcome<Selector> {
  throw new Error('not written yet');
}
