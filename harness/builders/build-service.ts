import type { Artifact, RuntimeName } from '../model/index.ts';
import { StagegateError } from '../model/index.ts';
import type { Source } from './builder.ts';
import { type Built, type Bundle, withBundle } from './bundle.ts';
import type { Registry } from './registry.ts';
import { revisionOf } from './revision.ts';
import { versionOf } from './version.ts';

export interface BuildOptions {
  /** Absolute project root; everything a build writes goes below its `.stagegate`. */
  readonly root: string;
  readonly runtime: RuntimeName;
  /** Where images go; asked for under the docker runtime only. */
  readonly registry?: Registry;
  /** Goes before the names of images that are pulled. */
  readonly imageMirror?: string | null;
  readonly signal: AbortSignal;
}

/** What a build made: what is deployed, and beside it the bundle that tests start as a process. */
export interface Build {
  readonly artifact: Artifact;
  /** Absolute path of the `.tar.gz`, also under the docker runtime; null when the service is only an image. */
  readonly bundle: string | null;
}

/**
 * Builds one service: its bundle, and under the docker runtime its image, pushed.
 * The same files give the same bundle bytes, whenever and wherever it is built.
 * @throws `SG_BUILD_FAILED` with the telling line first and all of the output; `SG_SERVICE_INVALID`, `SG_ENGINE_FAILED`
 */
export async function buildService(service: Source, options: BuildOptions): Promise<Build> {
  const { recipe } = service;
  return recipe.bundle === null
    ? makeArtifact(service, null, options)
    : withBundle(service, recipe.bundle, options, (built) => makeArtifact(service, built, options));
}

async function makeArtifact(service: Source, built: Built | null, options: BuildOptions): Promise<Build> {
  const { root, runtime, registry, imageMirror = null, signal } = options;
  const [revision, ownVersion] = await Promise.all([revisionOf(root, service.path), versionOf(service.path)]);
  const common = {
    service: service.name,
    version: revision === null ? ownVersion : `${ownVersion}+${revision.label}`,
    commit: revision?.commit ?? null,
    ...(revision === null ? {} : { changes: revision.changes, branches: revision.branches }),
    builtAt: new Date().toISOString(),
    runtime,
  };
  if (runtime === 'process') {
    const { digest, file, bytes } = built?.bundle ?? noBundle(service);
    return { artifact: { ...common, digest, location: file, bytes }, bundle: file };
  }
  if (registry === undefined)
    throw new Error('The docker runtime builds into a registry, and none was given');
  const { buildImage } = await import('./image.ts');
  const image = await buildImage({
    service,
    packageVersion: ownVersion,
    built,
    registry,
    imageMirror,
    signal,
  });
  const bundle = built?.bundle.file ?? null;
  return { artifact: { ...common, ...image, ...(bundle === null ? {} : { bundle }) }, bundle };
}

/** @throws `SG_BUILD_FAILED` */
function noBundle({ name, recipe }: Source): Bundle {
  const from = recipe.image.kind === 'prebuilt' ? `the image ${recipe.image.reference}` : 'a Dockerfile';
  throw new StagegateError(
    'SG_BUILD_FAILED',
    `${name}: known only as ${from}, and the process runtime starts programs; write services.${name}.start (and build) for it, or run with --runtime docker`,
  );
}
