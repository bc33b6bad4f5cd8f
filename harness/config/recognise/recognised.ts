import type { BundleRecipe } from '../../model/index.ts';

/** What the files of a folder tell about how to build and start what is in it. */
export interface Recognised {
  /** For messages: `Node`, `Python` … */
  readonly language: string;
  readonly bundle: BundleRecipe;
  /** Shell command, run where the bundle is; null when the files do not tell. */
  readonly start: string | null;
  /** Image that has what the start command needs. */
  readonly base: string;
}
