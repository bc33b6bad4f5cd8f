import type Docker from 'dockerode';
import { unlessGone } from './engine-answers.ts';

/**
 * Removes the names of images that a reference such as `127.0.0.1:5000/shop/*` fits, and leaves their layers in the engine
 * for the next build.
 */
export async function forgetImages(docker: Docker, reference: string): Promise<void> {
  const images = await docker.listImages({ filters: { reference: [reference] } });
  const names = images.flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])]);
  const prefix = reference.slice(0, reference.indexOf('*'));
  const own = names.filter((name) => name.startsWith(prefix));
  await Promise.all(own.map((name) => docker.getImage(name).remove({ noprune: true }).catch(unlessGone)));
}
