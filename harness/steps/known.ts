import { relative } from 'node:path';
import type { Config, ServiceConfig } from '../config/index.ts';
import { fingerprintOf, type InputSet } from '../engine/index.ts';
import { artifactOf, type BuiltArtifact, type State } from '../ledger/index.ts';
import type { Digest, RuntimeName } from '../model/index.ts';
import type { FileHashes, ImportGraph } from '../sources/index.ts';

/** What is known before a step works: enough for its fingerprint and for earlier results. */
export interface Known {
  readonly config: Config;
  readonly state: State;
  readonly files: FileHashes;
  readonly imports: ImportGraph;
  readonly runtime: RuntimeName;
  /** Hash of what runs the steps: stagegate itself, Node, the operating system and the processor. */
  readonly toolchain: string;
  /**
   * Whether an artifact's bytes can still be had and this runtime can start them, so that it need not be built again. Looks at
   * this machine only.
   */
  hasArtifact(artifact: BuiltArtifact): boolean;
  /** Of the run under way; null while one is only planned. */
  readonly runId: string | null;
  /** Milliseconds since the Unix epoch: what is old is measured against it. */
  readonly now: number;
  /** Service → the artifact that the plan is about, instead of what today's sources make. Absent: today's sources. */
  readonly pinned?: ReadonlyMap<string, Digest>;
}

export function serviceNamed(config: Config, name: string): ServiceConfig {
  const service = config.services.find((candidate) => candidate.name === name);
  if (service === undefined)
    throw new Error(`The plan names service "${name}", which the configuration lacks.`);
  return service;
}

/** A path of the project as the hashes know it. */
export function projectPath(known: Known, path: string): string {
  return relative(known.files.root, path).replaceAll('\\', '/');
}

/** At the project's root: they decide how its code is read, and with which packages. A service's own are among its files. */
const projectFiles = [
  'package.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'tsconfig.json',
  ...['vitest', 'vite'].flatMap((tool) => ['ts', 'mts', 'js', 'mjs'].map((end) => `${tool}.config.${end}`)),
];

/** What every step that runs code of the project depends on. */
export function commonInputs(known: Known): InputSet {
  return {
    toolchain: known.toolchain,
    project: known.files.ofAll(projectFiles),
    runtime: known.runtime,
  };
}

/** Everything a build reads. */
export function buildInputs(service: string, known: Known): InputSet {
  const { path, recipe, start, imageStart } = serviceNamed(known.config, service);
  const { image } = recipe;
  const folders = image.kind === 'dockerfile' ? [path, image.context] : [path];
  return {
    ...commonInputs(known),
    files: known.files.ofAll(folders.flatMap((folder) => known.files.below(projectPath(known, folder)))),
    // Two checkouts of one commit are alike, wherever they are.
    recipe: JSON.stringify({ recipe, start, imageStart }).replaceAll(known.files.root, '.'),
    ready: readyMade(recipe, known),
  };
}

/** What is taken as it is: the bytes of an archive, an image by digest. A tag may name another image tomorrow. */
function readyMade({ bundle, image }: ServiceConfig['recipe'], known: Known): string | null {
  if (bundle?.kind === 'archive') return known.files.of(projectPath(known, bundle.file));
  return image.kind !== 'prebuilt' || image.reference.includes('@sha256:') ? 'none' : null;
}

/** The artifact that the sources of today make, once it has been built; undefined before, or when its build failed. */
export function candidateOf(service: string, known: Known): BuiltArtifact | undefined {
  const { state, runId, pinned } = known;
  if (pinned !== undefined) {
    return state.artifacts.findLast((one) => one.service === service && one.digest === pinned.get(service));
  }
  if (state.buildFailures.get(service)?.runId === runId && runId !== null) return undefined;
  const built = state.artifacts.findLast(
    (artifact) => artifact.service === service && artifact.runId === runId,
  );
  if (built !== undefined) return built;
  const fingerprint = fingerprintOf('build', buildInputs(service, known));
  return fingerprint === null ? undefined : artifactOf(state, { service, fingerprint });
}

/** Whether an environment outlives the command. */
export function isLasting(environment: string, { environments, platforms }: Config): boolean {
  const platform = environments.find(({ name }) => name === environment)?.platform;
  return platforms.some(({ name }) => name === platform);
}

/** What stands for a service's bytes in a fingerprint: their digest, or all that their build will read. */
export function artifactInput(service: string, known: Known): string | null {
  const candidate = candidateOf(service, known);
  if (candidate !== undefined) return candidate.digest;
  const fingerprint = fingerprintOf('build', buildInputs(service, known));
  return fingerprint === null ? null : `build:${fingerprint}`;
}

/** How a service is deployed: its definition, what it is given, and the settings of the environment. */
export function definitionInput(service: string, known: Known): string {
  const { definition, neighbours, externals, database, env, secrets } = serviceNamed(known.config, service);
  return JSON.stringify({
    definition,
    neighbours,
    externals,
    database,
    env,
    secrets,
    stores: known.config.stores,
    scripts: known.files.ofAll(
      known.config.stores.flatMap(({ init }) => init.map((file) => projectPath(known, file))),
    ),
  }).replaceAll(known.files.root, '.');
}

/** The settings of an environment; `null` in JSON where there is none. */
export function environmentInput(environment: string | null, known: Known): string {
  return JSON.stringify(known.config.environments.find(({ name }) => name === environment) ?? null);
}

/** The stand-ins of outside systems that a service is given, with all that they import. */
export function externalsInput(services: readonly string[], known: Known): string {
  const used = new Set(services.flatMap((name) => Object.values(serviceNamed(known.config, name).externals)));
  const modules = known.config.externals
    .filter(({ name }) => used.has(name))
    .map(({ module }) => projectPath(known, module));
  return known.files.ofAll(known.imports.closure(modules));
}
