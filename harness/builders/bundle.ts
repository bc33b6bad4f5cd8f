import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { type BundleRecipe, type Digest, StagegateError, unreachable } from '../model/index.ts';
import { runShell } from '../plumbing/shell-command.ts';
import { buildFailed } from './build-failure.ts';
import type { BuildPlace, Source } from './builder.ts';
import { command } from './command.ts';
import { files } from './files.ts';
import { node } from './node.ts';
import { packFolder } from './pack-folder.ts';
import { python } from './python.ts';
import { makeShadowTree } from './shadow-tree.ts';
import { staticFiles } from './static.ts';

export interface Bundle {
  readonly digest: Digest;
  /** `<root>/.stagegate/artifacts/<hex digest>.tar.gz` */
  readonly file: string;
  readonly bytes: number;
}

/** Two runs in one checkout build a service one after the other. */
const patience = { retries: { retries: 300, minTimeout: 100, maxTimeout: 200 }, stale: 10_000 };
const timeoutMs = 20 * 60_000;

/** A bundle, and the copy of the service's folder it was built in. */
export interface Built {
  readonly bundle: Bundle;
  /** With everything the build made; null for a bundle that somebody else built. */
  readonly folder: string | null;
}

/**
 * Builds a service in a copy of its folder below `.stagegate/builds` and packs what that made; nothing else of the
 * project is written. `use` is called while no other build of the service can change the copy.
 * @throws `SG_BUILD_FAILED`
 */
export async function withBundle<T>(
  service: Source,
  recipe: BundleRecipe,
  { root, signal }: { readonly root: string; readonly signal: AbortSignal },
  use: (built: Built) => Promise<T>,
): Promise<T> {
  const artifacts = join(root, '.stagegate', 'artifacts');
  await mkdir(artifacts, { recursive: true });
  if (recipe.kind === 'archive') {
    return use({ bundle: await takeArchive(service, recipe, artifacts), folder: null });
  }
  const builds = join(root, '.stagegate', 'builds', service.name);
  await mkdir(join(builds, 'cache'), { recursive: true });
  const release = await lock(builds, { lockfilePath: join(artifacts, `${service.name}.lock`), ...patience });
  try {
    const place = await openPlace(service, recipe, { root, builds, signal });
    const { folder } = await buildWith(recipe, place);
    const bundle = await store(artifacts, await packFolder(folder));
    await rm(place.output, { recursive: true, force: true });
    return await use({ bundle, folder: place.folder });
  } finally {
    await release();
  }
}

async function openPlace(
  service: Source,
  recipe: BundleRecipe,
  { root, builds, signal }: { readonly root: string; readonly builds: string; readonly signal: AbortSignal },
): Promise<BuildPlace> {
  const made = 'output' in recipe && recipe.run !== null && recipe.output !== null ? [recipe.output] : [];
  const folder = await makeShadowTree({
    root,
    path: service.path,
    target: join(builds, 'tree'),
    without: made.filter((output) => output !== '.'),
  });
  const output = join(builds, 'output');
  await rm(output, { recursive: true, force: true });
  await mkdir(output);
  const cache = join(builds, 'cache');
  const env = { STAGEGATE_OUTPUT: output, STAGEGATE_CACHE: cache };
  return {
    service: service.name,
    folder,
    original: service.path,
    output,
    cache,
    async run(text) {
      const result = await runShell(text, { cwd: folder, env, signal, timeoutMs });
      signal.throwIfAborted();
      if (result.end === 'exited' && result.exitCode === 0) return;
      const how =
        result.end === 'timed-out'
          ? `not finished after ${timeoutMs / 60_000} minutes`
          : result.exitCode === null
            ? result.end
            : `exit code ${result.exitCode}`;
      throw buildFailed({ service: service.name, command: text, how, output: result.output });
    },
  };
}

function buildWith(
  recipe: Exclude<BundleRecipe, { kind: 'archive' }>,
  place: BuildPlace,
): Promise<{ readonly folder: string }> {
  switch (recipe.kind) {
    case 'node':
      return node.build(recipe, place);
    case 'python':
      return python.build(recipe, place);
    case 'command':
      return command.build(recipe, place);
    case 'static':
      return staticFiles.build(recipe, place);
    case 'files':
      return files.build(recipe, place);
    default:
      return unreachable(recipe);
  }
}

/** Somebody else's bytes: taken as they are, and only those that were named. */
async function takeArchive(
  { name }: Source,
  { file, digest }: Extract<BundleRecipe, { kind: 'archive' }>,
  artifacts: string,
): Promise<Bundle> {
  const bytes = await readFile(file).catch((cause) => {
    throw new StagegateError('SG_BUILD_FAILED', `${name}: the artifact ${file} cannot be read`, { cause });
  });
  const bundle = digestOf(bytes);
  if (digest !== null && digest !== bundle) {
    throw new StagegateError('SG_BUILD_FAILED', `${name}: ${file} is ${bundle}, not ${digest}`);
  }
  const kept = join(artifacts, `${bundle.slice('sha256:'.length)}.tar.gz`);
  await copyFile(file, kept);
  return { digest: bundle, file: kept, bytes: bytes.length };
}

/** Named by its content, so equal builds share one file and a file is never changed. */
async function store(folder: string, bytes: Buffer): Promise<Bundle> {
  const digest = digestOf(bytes);
  const file = join(folder, `${digest.slice('sha256:'.length)}.tar.gz`);
  const known = await stat(file).catch(() => null);
  if (known?.size !== bytes.length) {
    const unfinished = join(folder, `${randomUUID()}.unfinished`);
    await writeFile(unfinished, bytes);
    await rename(unfinished, file);
  }
  return { digest, file, bytes: bytes.length };
}

function digestOf(bytes: Buffer): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
