/** How the artifact of a service comes about: its files for processes, and its image for containers. */
export interface Recipe {
  /** Null: only an image can be had, and the process runtime cannot run it. */
  readonly bundle: BundleRecipe | null;
  readonly image: ImageRecipe;
}

/** Where the files that the process runtime starts come from. Commands run in a copy of the service's folder. */
export type BundleRecipe =
  /** The service's package, with its production dependencies unless `output` is one self-contained folder. */
  | { readonly kind: 'node'; readonly run: string | null; readonly output: string | null }
  /** The service's folder, its requirements installed beside it in `.python`. */
  | {
      readonly kind: 'python';
      readonly run: string | null;
      readonly requirements: 'requirements.txt' | 'pyproject.toml';
    }
  /** What a command leaves in `output`; null: in the folder that `$STAGEGATE_OUTPUT` names. */
  | { readonly kind: 'command'; readonly run: string; readonly output: string | null }
  /** Files of a folder, and a small web server for them. */
  | { readonly kind: 'static'; readonly run: string | null; readonly output: string }
  /** The folder as it is. */
  | { readonly kind: 'files' }
  /** A `.tar.gz` that somebody else built. */
  | { readonly kind: 'archive'; readonly file: string; readonly digest: string | null };

/** Where the image that the docker runtime starts comes from. */
export type ImageRecipe =
  | {
      readonly kind: 'dockerfile';
      /** Absolute. */
      readonly context: string;
      /** Relative to the context. */
      readonly dockerfile: string;
      readonly target: string | null;
      readonly args: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'prebuilt'; readonly reference: string }
  /** The bundle on a base image. */
  | { readonly kind: 'bundle'; readonly base: string };

/** Where a secret's value is read when it is needed; the value itself is never written down. */
export type SecretSource =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly command: string };
