import { cp, lstat, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';

/** What tools leave behind, what only git needs, and what must never be in an artifact. */
const leftOut: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  '.stagegate',
  '.venv',
  'venv',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  'coverage',
  '.env',
]);

/** Of a service that is the whole project: what is about testing it, and changes no artifact. */
const ofProject: ReadonlySet<string> = new Set(['reports', 'suites', 'pacts', 'stagegate.config.ts']);

/**
 * Copies a service's folder below `target` so that a build may write there, and resolves to the copy. Around the copy,
 * the project looks as it is: everything beside the service is linked, so `../../tsconfig.json` and installed packages
 * are found where they are expected.
 */
export async function makeShadowTree(input: {
  readonly root: string;
  /** Folder of the service. */
  readonly path: string;
  /** Folder to make; one from an earlier build is replaced. */
  readonly target: string;
  /** Folders of the service that its build makes: an older one must not travel along. */
  readonly without: readonly string[];
}): Promise<string> {
  const { root, path, target, without } = input;
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const inside = relative(root, path);
  const steps = inside === '' ? [] : inside.startsWith('..') ? [basename(path)] : inside.split(sep);
  let real = inside.startsWith('..') ? dirname(path) : root;
  let shadow = target;
  for (const step of steps) {
    if (!inside.startsWith('..')) await linkAll(real, shadow, step);
    real = join(real, step);
    shadow = join(shadow, step);
    await mkdir(shadow, { recursive: true });
  }
  const made = new Set(without.map((folder) => join(path, folder)));
  // One by one: where the service is the whole project, the copy is inside of what is copied.
  for (const name of await readdir(path)) {
    if (path === root && ofProject.has(name)) continue;
    await cp(join(path, name), join(shadow, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !(leftOut.has(basename(source)) || made.has(source)),
    });
  }
  await linkIfThere(join(path, 'node_modules'), join(shadow, 'node_modules'));
  return shadow;
}

async function linkAll(real: string, shadow: string, except: string): Promise<void> {
  const names = await readdir(real);
  const wanted = names.filter((name) => name !== except && name !== '.stagegate' && name !== '.git');
  await Promise.all(wanted.map((name) => symlink(join(real, name), join(shadow, name))));
}

async function linkIfThere(target: string, link: string): Promise<void> {
  const there = await lstat(target).catch(() => null);
  if (there !== null) await symlink(target, link);
}
