import type { Dialect } from './pattern-dialects.ts';

/** An expression, where reading it has come to, and the dialect it is written in. */
export interface Reader {
  readonly source: string;
  readonly dialect: Dialect;
  at: number;
}

/** The expression is wrong, or the dialect cannot say it. It never leaves the translation. */
export class Untranslatable extends Error {}
