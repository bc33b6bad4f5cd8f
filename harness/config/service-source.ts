import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { BundleRecipe, ImageRecipe, Recipe } from '../model/index.ts';
import { readDockerfile } from './dockerfile.ts';
import { commandInProcfile, type Recognised, recogniseFolder } from './recognise/index.ts';
import { staticStart } from './recognise/static.ts';
import type { RuleProblem } from './rule-problem.ts';
import type { BuildInput, ServiceInput } from './schema.ts';

/** How a service is made and started, as written or as its folder tells. */
export interface ServiceSource {
  readonly recipe: Recipe;
  /** Shell command of a process, run where the bundle is unpacked; null when there is no bundle. */
  readonly start: string | null;
  /** True when the start command was written in the configuration: then an image runs it too. */
  readonly startIsWritten: boolean;
  /** What the folder says its port is. */
  readonly port: number | null;
}

export type FoundSource =
  | { readonly kind: 'source'; readonly source: ServiceSource }
  | { readonly kind: 'unclear'; readonly problem: RuleProblem };

const debian = 'debian:bookworm-slim';

/** Decides how a service is built and started; what is written wins over what its folder tells. */
export async function findSource(
  root: string,
  name: string,
  path: string,
  written: ServiceInput,
): Promise<FoundSource> {
  const build = typeof written.build === 'string' ? { run: written.build } : (written.build ?? {});
  const context = build.context === undefined ? path : resolve(root, build.context);
  const dockerfile = await dockerfileOf(path, context, build);
  const recognised = await recogniseFolder(path, name);
  const bundle = bundleOf(root, written, build, recognised);
  const procfile = await commandInProcfile(path, written.kind === 'worker' ? 'worker' : 'web');
  const start =
    written.start ?? procfile ?? (bundle?.kind === 'static' ? staticStart : (recognised?.start ?? null));
  const exposed = dockerfile === null ? null : await readDockerfile(join(context, dockerfile));
  const image = imageOf(written, build, { context, dockerfile, bundle, recognised });
  if (image === null) return unclear(name, recognised, path);
  if (bundle !== null && start === null && image.kind === 'bundle') return unclear(name, recognised, path);
  return {
    kind: 'source',
    source: {
      // Without a command there is nothing to start as a process.
      recipe: { bundle: start === null ? null : bundle, image },
      start: bundle === null || start === null ? null : withTools(bundle, start),
      startIsWritten: written.start !== undefined,
      port: exposed?.port ?? null,
    },
  };
}

function bundleOf(
  root: string,
  written: ServiceInput,
  build: Exclude<BuildInput, string>,
  recognised: Recognised | null,
): BundleRecipe | null {
  if (written.artifact !== undefined) {
    const [file = '', digest = null] = written.artifact.split('#');
    return { kind: 'archive', file: resolve(root, file), digest };
  }
  const kind = build.kind ?? recognised?.bundle.kind ?? (build.run === undefined ? 'files' : 'command');
  // An image needs files beside it only for a start command of its own.
  if (kind === 'files' || written.image !== undefined)
    return written.start === undefined ? null : { kind: 'files' };
  const run = build.run ?? runOf(recognised?.bundle);
  switch (kind) {
    case 'node': {
      const output = recognised?.bundle.kind === 'node' ? recognised.bundle.output : null;
      return { kind, run, output: build.output ?? output };
    }
    case 'python':
      return { kind, run, requirements: requirementsOf(recognised) };
    case 'static':
      return { kind, run, output: build.output ?? outputOf(recognised?.bundle) ?? 'dist' };
    default:
      return run === null ? null : { kind: 'command', run, output: build.output ?? null };
  }
}

function runOf(bundle: BundleRecipe | undefined): string | null {
  return bundle !== undefined && 'run' in bundle ? bundle.run : null;
}

function outputOf(bundle: BundleRecipe | undefined): string | null {
  return bundle?.kind === 'static' ? bundle.output : null;
}

function requirementsOf(recognised: Recognised | null): 'requirements.txt' | 'pyproject.toml' {
  return recognised?.bundle.kind === 'python' ? recognised.bundle.requirements : 'requirements.txt';
}

function imageOf(
  written: ServiceInput,
  build: Exclude<BuildInput, string>,
  found: {
    readonly context: string;
    readonly dockerfile: string | null;
    readonly bundle: BundleRecipe | null;
    readonly recognised: Recognised | null;
  },
): ImageRecipe | null {
  if (written.image !== undefined) return { kind: 'prebuilt', reference: written.image };
  const { context, dockerfile, bundle, recognised } = found;
  if (dockerfile !== null) {
    return { kind: 'dockerfile', context, dockerfile, target: build.target ?? null, args: build.args ?? {} };
  }
  return bundle === null ? null : { kind: 'bundle', base: build.base ?? recognised?.base ?? debian };
}

async function dockerfileOf(
  path: string,
  context: string,
  build: Exclude<BuildInput, string>,
): Promise<string | null> {
  if (build.dockerfile === false) return null;
  if (build.dockerfile !== undefined) return build.dockerfile;
  // With a context of its own, the Dockerfile may stay beside the service.
  for (const folder of [path, context]) {
    const file = join(folder, 'Dockerfile');
    const there = await stat(file).catch(() => null);
    if (there?.isFile() === true) return relative(context, file);
  }
  return null;
}

/** What a package manager put beside the service is found there first, as in its own scripts. */
function withTools(bundle: BundleRecipe, start: string): string {
  const command = start.replaceAll('{port}', '$PORT');
  const simple = !/[;&|]|^\w+=|^cd\s/.test(command);
  const run = simple && !command.startsWith('exec ') ? `exec ${command}` : command;
  if (bundle.kind === 'python') {
    return `export PYTHONPATH="$PWD/.python:$PWD" PATH="$PWD/.python/bin:$PATH"; ${run}`;
  }
  if (bundle.kind === 'node' && bundle.output === null && !/^(exec )?node\s/.test(run)) {
    return `export PATH="$PWD/node_modules/.bin:$PATH"; ${run}`;
  }
  return run;
}

function unclear(name: string, recognised: Recognised | null, path: string): FoundSource {
  const problem =
    recognised === null
      ? {
          key: `services.${name}`,
          wrong: `nothing in ${path} tells how it is built and started (no Dockerfile, package.json, requirements.txt, pyproject.toml, go.mod, Cargo.toml, pom.xml, build.gradle or index.html)`,
          write: `build and start, such as build: { run: 'make', output: 'out' }, start: './${name}'; or image: 'name:tag'`,
        }
      : {
          key: `services.${name}.start`,
          wrong: `a ${recognised.language} service whose files do not tell how it starts`,
          write: `the command, such as start: '${recognised.language === 'Python' ? 'python3 app.py' : 'node server.js'}'`,
        };
  return { kind: 'unclear', problem };
}
