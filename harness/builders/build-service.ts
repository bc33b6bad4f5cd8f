import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact, RuntimeName } from '../model/index.ts';
import { StagegateError } from '../model/index.ts';
import { buildBundle } from './bundle.ts';
import type { Registry } from './registry.ts';
import { revisionOf } from './revision.ts';

/** A service's name and its absolute folder. */
export interface Source {
  readonly name: string;
  readonly path: string;
}

export interface BuildOptions {
  /** Absolute project root; bundles go to `.stagegate/artifacts` below it. */
  readonly root: string;
  readonly runtime: RuntimeName;
  /** Where images go; asked for under the docker runtime only. */
  readonly registry?: Registry;
  readonly signal: AbortSignal;
}

/** What a build made: what is deployed, and beside it the bundle that tests start as a process. */
export interface Build {
  readonly artifact: Artifact;
  /** Absolute path of the `.tar.gz`; under the process runtime it is the artifact itself. */
  readonly bundle: string;
}

/**
 * Builds one service: its own build script, its bundle, and under the docker runtime its image, pushed.
 * The same files give the same bundle bytes, whenever and wherever it is built.
 * @throws `SG_BUILD_FAILED` with the last lines of the build's output, `SG_SERVICE_INVALID`
 */
export async function buildService(service: Source, options: BuildOptions): Promise<Build> {
  const { root, runtime, registry, signal } = options;
  const [revision, packageVersion] = await Promise.all([
    revisionOf(root, service.path),
    packageVersionOf(service),
  ]);
  const bundle = await buildBundle(service, root, signal);
  const common = {
    service: service.name,
    version: revision === null ? packageVersion : `${packageVersion}+${revision.label}`,
    commit: revision?.commit ?? null,
    builtAt: new Date().toISOString(),
    runtime,
  };
  if (runtime === 'process') {
    const { digest, file, bytes } = bundle;
    return { artifact: { ...common, digest, location: file, bytes }, bundle: file };
  }
  if (registry === undefined)
    throw new Error('The docker runtime builds into a registry, and none was given');
  const { buildImage } = await import('./image.ts');
  const image = await buildImage({ service, packageVersion, registry, signal });
  return { artifact: { ...common, ...image }, bundle: bundle.file };
}

async function packageVersionOf({ name, path }: Source): Promise<string> {
  const file = join(path, 'package.json');
  try {
    const { version } = JSON.parse(await readFile(file, 'utf8')) as { version?: unknown };
    if (typeof version === 'string' && version !== '') return version;
  } catch (error) {
    throw new StagegateError(
      'SG_SERVICE_INVALID',
      `${name}: ${file} cannot be read: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  throw new StagegateError(
    'SG_SERVICE_INVALID',
    `${name}: ${file}: version is missing; write e.g. "version": "1.0.0"`,
  );
}
