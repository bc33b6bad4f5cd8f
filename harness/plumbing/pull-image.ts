import type Docker from 'dockerode';
import { StagegateError } from '../model/index.ts';
import { follow } from './engine-stream.ts';

/** `mirror.example/hub/library/nginx:1.27` for `nginx:1.27`. Names with a registry of their own stay. */
export function mirrored(image: string, mirror: string | null): string {
  if (mirror === null || hasRegistry(image)) return image;
  const path = image.includes('/') ? image : `library/${image}`;
  return `${mirror.replace(/\/$/, '')}/${path}`;
}

function hasRegistry(image: string): boolean {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
}

/**
 * Makes sure the engine has an image and resolves to the name it has it by: its own when it is there already, else
 * pulled, from the mirror where there is one. @throws `SG_ENGINE_FAILED`
 */
export async function ensureImage(
  docker: Docker,
  image: string,
  { imageMirror, signal }: { readonly imageMirror: string | null; readonly signal: AbortSignal },
): Promise<string> {
  const name = mirrored(image, imageMirror);
  for (const known of new Set([image, name])) {
    const there = await docker
      .getImage(known)
      .inspect()
      .catch(() => null);
    if (there !== null) return known;
  }
  const failed = (message: string): StagegateError =>
    new StagegateError(
      'SG_ENGINE_FAILED',
      `The image ${name} is not there and could not be pulled: ${message.trim()}`,
    );
  const stream = await docker.pull(name, { abortSignal: signal }).catch((error: Error) => {
    throw failed(error.message);
  });
  const { error } = await follow(docker, stream);
  if (error !== null) throw failed(error);
  return name;
}
