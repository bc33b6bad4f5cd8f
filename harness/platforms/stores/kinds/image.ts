import { pathAnswers } from '../path-answers.ts';
import { plainName, type StoreRecipe } from '../recipe.ts';
import { accepts } from '../speak.ts';

/** Any image; a container of its own per part, because nothing is known of how it could be divided. */
export const image: StoreRecipe = {
  title: 'the image',
  image: null,
  port: 0,
  programs: [],
  install: 'a Docker engine: an image is run in a container only',
  container: ({ spec }) => ({
    env: spec.env,
    ...(spec.command === null ? {} : { command: ['/bin/sh', '-c', spec.command], entrypoint: [] }),
  }),
  async ping({ address }, { wait }) {
    if (typeof wait === 'object' && 'http' in wait) return pathAnswers(address, wait.http);
    await accepts(address);
  },
  provision: async (_, tenant) => ({ user: '', password: '', database: '', prefix: plainName(tenant) }),
  url: ({ host, port }) => `${host}:${port}`,
};
