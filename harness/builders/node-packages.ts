import { cp, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package where it is put: `node_modules/a`, or `node_modules/a/node_modules/b` where another `b` is above. */
interface Placed {
  /** Where it really is, whatever links led there. */
  readonly real: string;
  /** Its place below the new `node_modules`: names from the outermost in. */
  readonly trail: readonly string[];
}

/** Names of the packages a service needs to run and that are not installed. */
export async function missingPackages(folder: string): Promise<readonly string[]> {
  const { dependencies = {} } = await manifestOf(folder);
  const found = await Promise.all(
    Object.keys(dependencies).map(async (name) => ((await locate(folder, name)) === null ? [name] : [])),
  );
  return found.flat();
}

/**
 * Copies what a package needs to run from where npm, pnpm, yarn or a workspace installed it, into one `node_modules`
 * that works anywhere: each package outermost where its name is free, else inside the one that needs it.
 */
export async function placePackages(folder: string, target: string): Promise<void> {
  const placed = new Map<string, string>();
  const queue: Placed[] = [{ real: await realpath(folder), trail: [] }];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    const isService = parent.trail.length === 0;
    for (const name of await needsOf(isService ? folder : parent.real, isService)) {
      const real = await locate(isService ? folder : parent.real, name);
      if (real === null) continue;
      const trail = trailFor(parent.trail, name, real, placed);
      if (trail === null) continue;
      placed.set(trail.join('\0'), real);
      queue.push({ real, trail });
      await copyPackage(
        real,
        join(target, ...trail.flatMap((each, i) => (i === 0 ? [each] : ['node_modules', each]))),
      );
    }
  }
}

/** Null when the package is already found from there. */
function trailFor(
  parent: readonly string[],
  name: string,
  real: string,
  placed: ReadonlyMap<string, string>,
): readonly string[] | null {
  for (let depth = parent.length; depth >= 0; depth--) {
    const seen = placed.get([...parent.slice(0, depth), name].join('\0'));
    if (seen === real) return null;
    if (seen !== undefined) return [...parent, name];
  }
  return [name];
}

/** What a package may load; peers are there when whoever needs it brought them. */
async function needsOf(folder: string, isService: boolean): Promise<readonly string[]> {
  const { dependencies, optionalDependencies, peerDependencies } = await manifestOf(folder);
  const names = { ...dependencies, ...optionalDependencies, ...(isService ? {} : peerDependencies) };
  return Object.keys(names).sort();
}

async function manifestOf(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Manifest;
}

/** As Node looks for packages: in each `node_modules` on the way up. */
async function locate(folder: string, name: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    if (basename(at) !== 'node_modules') {
      const candidate = join(at, 'node_modules', name);
      const there = await stat(candidate).catch(() => null);
      if (there?.isDirectory() === true) return realpath(candidate);
    }
    if (at === dirname(at)) return null;
  }
}

async function copyPackage(real: string, target: string): Promise<void> {
  await cp(real, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => source === real || !['node_modules', '.git'].includes(basename(source)),
  });
}
