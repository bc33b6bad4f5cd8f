import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type Docker from 'dockerode';
import { type Digest, type ImageRecipe, StagegateError, unreachable } from '../model/index.ts';
import { follow } from '../plumbing/engine-stream.ts';
import { openEngine } from '../plumbing/open-engine.ts';
import { ensureImage, mirrored } from '../plumbing/pull-image.ts';
import { buildFailed } from './build-failure.ts';
import type { Source } from './builder.ts';
import type { Built } from './bundle.ts';
import { bundleContext } from './bundle-context.ts';
import { baseImagesOf, dockerfileContext } from './dockerfile-context.ts';
import type { Registry } from './registry.ts';

export interface ImageOrder {
  readonly service: Source;
  readonly packageVersion: string;
  /** What was built for the process runtime; null when the service is only an image. */
  readonly built: Built | null;
  readonly registry: Registry;
  /** Goes before the names of images that are pulled. */
  readonly imageMirror: string | null;
  readonly signal: AbortSignal;
}

export interface PushedImage {
  /** Of the manifest in the registry. */
  readonly digest: Digest;
  /** What an engine runs: `host:port/namespace/name@sha256:…`. */
  readonly location: string;
  readonly bytes: number;
}

/**
 * Builds (or takes) the image of a service and pushes it.
 * @throws `SG_BUILD_FAILED`, `SG_REGISTRY_FAILED`, and `SG_ENGINE_FAILED` whatever failed because the engine went away
 */
export async function buildImage(order: ImageOrder): Promise<PushedImage> {
  const docker = await openEngine();
  try {
    return await makeAndPush(docker, order);
  } catch (error) {
    order.signal.throwIfAborted();
    const away = await docker.ping().then(
      () => null,
      (gone: Error) => gone,
    );
    if (away === null) throw error;
    throw new StagegateError(
      'SG_ENGINE_FAILED',
      `${order.service.name}: the Docker engine went away while the image was made: ${away.message}`,
      { cause: error },
    );
  }
}

async function makeAndPush(docker: Docker, order: ImageOrder): Promise<PushedImage> {
  const { service, packageVersion, registry } = order;
  const repository = `${registry.host}/${registry.namespace}/${service.name}`;
  const tag = `${repository}:${packageVersion.replaceAll(/[^\w.-]/g, '-')}`;
  await makeImage(docker, service.recipe.image, tag, order);
  const pushed = await registry.oneAtATime(() => push(docker, tag, order));
  const digest = pushed.findLast(({ aux }) => aux?.Digest !== undefined)?.aux?.Digest;
  if (digest === undefined) {
    throw new StagegateError('SG_ENGINE_FAILED', `${service.name}: the push of ${tag} returned no digest`);
  }
  const { Size: bytes } = await docker.getImage(tag).inspect();
  return { digest: digest as Digest, location: `${repository}@${digest}`, bytes };
}

/** Brings an image into the engine under the name `tag`. */
async function makeImage(docker: Docker, recipe: ImageRecipe, tag: string, order: ImageOrder): Promise<void> {
  const { service, imageMirror, signal } = order;
  switch (recipe.kind) {
    case 'prebuilt': {
      const name = await ensureImage(docker, recipe.reference, { imageMirror, signal });
      return nameImage(docker, name, tag);
    }
    case 'dockerfile': {
      const { context, dockerfile, target, args } = recipe;
      await mirrorBases(docker, recipe, order);
      // A Dockerfile may copy what the service's own build made, which is in the copy that was built.
      const sent = context === service.path ? (order.built?.folder ?? context) : context;
      return build(docker, await dockerfileContext(sent, dockerfile), tag, order, {
        dockerfile,
        ...(target === null ? {} : { target }),
        buildargs: args,
      });
    }
    case 'bundle': {
      const { built } = order;
      if (built === null || service.start === null)
        throw new Error(`${service.name} has no bundle to put in an image`);
      const base = await ensureImage(docker, recipe.base, { imageMirror, signal });
      const start = service.imageStart ?? service.start;
      return build(
        docker,
        bundleContext(gunzipSync(await readFile(built.bundle.file)), { base, start }),
        tag,
        order,
        {},
      );
    }
    default:
      return unreachable(recipe);
  }
}

/** With a mirror, base images come from there and get the names the Dockerfile knows. */
async function mirrorBases(
  docker: Docker,
  { context, dockerfile, args }: Extract<ImageRecipe, { kind: 'dockerfile' }>,
  { service, imageMirror, signal }: ImageOrder,
): Promise<void> {
  const { Os, Arch } = await docker.version();
  for (const { image, platform } of await baseImagesOf(context, dockerfile, args)) {
    if (platform !== null && platform !== `${Os}/${Arch}`) {
      throw new StagegateError(
        'SG_BUILD_FAILED',
        `${service.name}: ${dockerfile} asks for FROM --platform=${platform} ${image}, and this engine runs ${Os}/${Arch}; remove --platform, or use an engine of that platform`,
      );
    }
    if (imageMirror === null) continue;
    const found = await ensureImage(docker, image, { imageMirror, signal });
    if (found === mirrored(image, imageMirror)) await nameImage(docker, found, image);
  }
}

/** Gives an image that the engine has another name, with or without a tag. */
async function nameImage(docker: Docker, image: string, name: string): Promise<void> {
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  await docker.getImage(image).tag({
    repo: hasTag ? name.slice(0, colon) : name,
    tag: hasTag ? name.slice(colon + 1) : 'latest',
  });
}

async function build(
  docker: Docker,
  context: NodeJS.ReadableStream,
  tag: string,
  { service, packageVersion, signal }: ImageOrder,
  options: Docker.ImageBuildOptions,
): Promise<void> {
  const stream = await docker
    .buildImage(context, {
      // The second name keeps the layers in the engine when the registry, and its names with it, are gone.
      t: [tag, `stagegate/${service.name}:latest`] as unknown as string,
      labels: {
        'org.opencontainers.image.title': service.name,
        'org.opencontainers.image.version': packageVersion,
      },
      forcerm: true,
      abortSignal: signal,
      ...options,
    })
    .catch((error: Error) => {
      signal.throwIfAborted();
      throw failedBuild(service, 'the engine refused the build', error.message);
    });
  const { lines, error } = await follow(docker, stream);
  signal.throwIfAborted();
  const output = lines.map((line) => line.stream ?? line.status ?? '').join('');
  if (error !== null) throw failedBuild(service, error, `${output}\n${error}`);
  // Without it the stream was cut: the engine went away, or its connection did.
  if (
    !lines.some(
      (line) => line.aux?.ID !== undefined || line.stream?.startsWith('Successfully built') === true,
    )
  ) {
    throw new StagegateError(
      'SG_ENGINE_FAILED',
      `${service.name}: the engine's answer to docker build ended before the build did`,
    );
  }
}

function failedBuild({ name, path }: Source, how: string, output: string): StagegateError {
  return buildFailed({ service: name, command: `docker build in ${path}`, how, output });
}

async function push(
  docker: Docker,
  tag: string,
  { service, registry }: Pick<ImageOrder, 'service' | 'registry'>,
): Promise<Awaited<ReturnType<typeof follow>>['lines']> {
  const authconfig = { ...registry.credentials, serveraddress: registry.host };
  const stream = await docker.getImage(tag).push({ authconfig });
  // The engine goes on trying a registry that is gone: do not wait for it.
  const { lines, error } = await Promise.race([follow(docker, stream), registry.lost]);
  if (error !== null) {
    await registry.failIfGone();
    throw new StagegateError(
      'SG_REGISTRY_FAILED',
      `${service.name}: docker push to ${registry.host} failed: ${error}`,
    );
  }
  return lines;
}
