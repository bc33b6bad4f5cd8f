import type { Recipe } from '../model/index.ts';

/** A service as builders need to know it. */
export interface Source {
  readonly name: string;
  /** Absolute folder. */
  readonly path: string;
  readonly recipe: Recipe;
  /** Shell command that starts the bundle. */
  readonly start: string | null;
  /** Shell command an image runs instead of its own. */
  readonly imageStart: string | null;
}

/** Where one build works. */
export interface BuildPlace {
  readonly service: string;
  /** Copy of the service's folder; the builder may write here. */
  readonly folder: string;
  /** The service's own folder, for what is only read, such as installed packages. */
  readonly original: string;
  /** Empty folder for what becomes the bundle. */
  readonly output: string;
  /** Folder that later builds of the service find again, for compilers' caches. */
  readonly cache: string;
  /** Runs a shell command in `folder`. @throws `SG_BUILD_FAILED` with what it printed. */
  run(command: string): Promise<void>;
}

/** Makes a bundle's files in one way. */
export interface Builder<Recipe> {
  /** Resolves once the files of the bundle are in a folder. @throws `SG_BUILD_FAILED` */
  build(recipe: Recipe, place: BuildPlace): Promise<{ readonly folder: string }>;
}
