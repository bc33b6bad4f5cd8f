import type { BundleRecipe } from '../model/index.ts';
import type { Builder } from './builder.ts';

/** The folder as it is, for a start command that needs no build. */
export const files: Builder<Extract<BundleRecipe, { kind: 'files' }>> = {
  build: async (_, { folder }) => ({ folder }),
};
