export const storeKinds = ['postgres'] as const;
export type StoreKind = (typeof storeKinds)[number];

/** What is run under docker for a store that names no image. */
export const usualStoreImages: Readonly<Record<StoreKind, string>> = { postgres: 'postgres:15-bookworm' };

/** A database server that services use. */
export interface StoreSpec {
  readonly name: string;
  readonly kind: StoreKind;
  /** Image to run under docker instead of the kind's own. */
  readonly image: string | null;
  /** One database for all services of an environment, instead of one each. */
  readonly shared: boolean;
  /** A server that is already there, with a user who may create databases and users; null: stagegate starts one. */
  readonly url: string | null;
}
