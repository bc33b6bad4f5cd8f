import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { type Digest, StagegateError } from '../model/index.ts';
import type { Source } from './build-service.ts';
import type { Registry } from './registry.ts';

export interface ImageOrder {
  readonly service: Source;
  readonly packageVersion: string;
  readonly registry: Registry;
  readonly signal: AbortSignal;
}

export interface PushedImage {
  /** Of the manifest in the registry. */
  readonly digest: Digest;
  /** What an engine runs: `host:port/namespace/name@sha256:…`. */
  readonly location: string;
  readonly bytes: number;
}

const lastLines = 25;
/** Never part of an image, and large: left out of what is sent to the engine even without a .dockerignore. */
const neverSent = new Set(['node_modules', '.git']);

/** Builds the service's Dockerfile in its folder and pushes the image. @throws `SG_BUILD_FAILED`, `SG_ENGINE_FAILED` */
export async function buildImage({
  service,
  packageVersion,
  registry,
  signal,
}: ImageOrder): Promise<PushedImage> {
  if (!existsSync(join(service.path, 'Dockerfile'))) {
    throw new StagegateError('SG_SERVICE_INVALID', `${service.name}: ${service.path} has no Dockerfile`);
  }
  const docker = new Docker();
  const repository = `${registry.host}/${registry.namespace}/${service.name}`;
  // The second name keeps the layers in the engine when the registry, and its names with it, are gone.
  const tag = `${repository}:${packageVersion}`;
  const src = (await readdir(service.path)).filter((name) => !neverSent.has(name));
  const build = await docker.buildImage(
    { context: service.path, src },
    {
      t: [tag, `stagegate/${service.name}:latest`] as unknown as string,
      labels: {
        'org.opencontainers.image.title': service.name,
        'org.opencontainers.image.version': packageVersion,
      },
      forcerm: true,
      abortSignal: signal,
    },
  );
  await follow(
    docker,
    build,
    (output) =>
      new StagegateError(
        'SG_BUILD_FAILED',
        `${service.name}: docker build in ${service.path} failed:\n${output}`,
      ),
  );
  const pushed = await registry.oneAtATime(() => push(docker, tag, { service, registry }));
  const digest = pushed.findLast(({ aux }) => aux?.Digest !== undefined)?.aux?.Digest;
  if (digest === undefined) {
    throw new StagegateError('SG_ENGINE_FAILED', `${service.name}: the engine named no digest for ${tag}`);
  }
  const { Size: bytes } = await docker.getImage(tag).inspect();
  return { digest: digest as Digest, location: `${repository}@${digest}`, bytes };
}

async function push(
  docker: Docker,
  tag: string,
  { service, registry }: Pick<ImageOrder, 'service' | 'registry'>,
): Promise<readonly Progress[]> {
  const authconfig = { ...registry.credentials, serveraddress: registry.host };
  const stream = await docker.getImage(tag).push({ authconfig });
  return follow(
    docker,
    stream,
    (output) =>
      new StagegateError(
        'SG_ENGINE_FAILED',
        `${service.name}: docker push to ${registry.host} failed:\n${output}`,
      ),
  );
}

/** One line of what the engine streams back. */
interface Progress {
  readonly stream?: string;
  readonly error?: string;
  readonly aux?: { readonly Digest?: string };
}

async function follow(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  failure: (output: string) => StagegateError,
): Promise<readonly Progress[]> {
  const lines = await new Promise<readonly Progress[]>((resolve, reject) => {
    docker.modem.followProgress(stream, (error, output) => {
      if (error && output === undefined) reject(failure(error.message));
      else resolve(output ?? []);
    });
  });
  const error = lines.findLast((line) => line.error !== undefined)?.error;
  if (error === undefined) return lines;
  const said = lines
    .map((line) => line.stream ?? '')
    .join('')
    .trim()
    .split('\n');
  throw failure([...said.slice(-lastLines), error].join('\n'));
}
