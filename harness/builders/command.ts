import type { BundleRecipe } from '../model/index.ts';
import type { Builder } from './builder.ts';
import { givenOutput, outputFolder } from './output-folder.ts';

/** Whatever a command makes, in any language. */
export const command: Builder<Extract<BundleRecipe, { kind: 'command' }>> = {
  async build({ run, output }, place) {
    await place.run(run);
    return { folder: output === null ? await givenOutput(place) : await outputFolder(place, output) };
  },
};
