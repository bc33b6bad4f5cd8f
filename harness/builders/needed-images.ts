import { type ImageRecipe, type StoreSpec, usualStoreImages } from '../model/index.ts';
import type { NeededImages } from './detect-runtime.ts';
import { baseImagesOf } from './dockerfile-context.ts';
import { registryImage } from './registry.ts';

/** Every image that a project's containers are made of: bases, ready images, stores that are started, the registry. */
export async function neededImages(project: {
  readonly services: readonly { readonly recipe: { readonly image: ImageRecipe } }[];
  readonly stores: readonly StoreSpec[];
  readonly imageMirror: string | null;
}): Promise<NeededImages> {
  const bases = await Promise.all(project.services.map(({ recipe }) => basesOf(recipe.image)));
  const stores = project.stores
    // Of the other kinds, a program of this machine serves as well.
    .filter(({ url, kind }) => url === null && (kind === 'postgres' || kind === 'image'))
    .flatMap(({ image, kind }) => image ?? usualStoreImages[kind] ?? []);
  return {
    names: [...new Set([registryImage, ...stores, ...bases.flat()])],
    imageMirror: project.imageMirror,
  };
}

async function basesOf(image: ImageRecipe): Promise<readonly string[]> {
  switch (image.kind) {
    case 'bundle':
      return [image.base];
    case 'prebuilt':
      return [image.reference];
    default:
      // What is wrong with a Dockerfile is told by its build.
      return baseImagesOf(image.context, image.dockerfile, image.args).then(
        (bases) => bases.map((base) => base.image),
        () => [],
      );
  }
}
