import { cp, mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BundleRecipe } from '../model/index.ts';
import { buildFailed } from './build-failure.ts';
import type { Builder, BuildPlace } from './builder.ts';
import { missingPackages, placePackages } from './node-packages.ts';
import { outputFolder } from './output-folder.ts';

type NodeRecipe = Extract<BundleRecipe, { kind: 'node' }>;

/** By lock file: how its package manager installs exactly what it says. */
const installers: readonly (readonly [string, string])[] = [
  ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
  ['yarn.lock', 'yarn install --frozen-lockfile'],
  ['package-lock.json', 'npm ci --no-audit --no-fund'],
  ['npm-shrinkwrap.json', 'npm ci --no-audit --no-fund'],
];

/** A package: built by its own script; then one folder of output, or its files with what it needs to run beside them. */
export const node: Builder<NodeRecipe> = {
  async build({ run, output }, place) {
    await installWhereMissing(place);
    if (run !== null) await place.run(run);
    if (output !== null) return { folder: await outputFolder(place, output) };
    await cp(place.folder, place.output, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => basename(source) !== 'node_modules',
    });
    const missing = await missingPackages(place.folder);
    if (missing.length > 0) throw notInstalled(place, missing);
    await placePackages(place.folder, join(place.output, 'node_modules'));
    return { folder: place.output };
  },
};

/** A checkout that nobody installed anything in: the lock file says what is needed. */
async function installWhereMissing(place: BuildPlace): Promise<void> {
  if ((await missingPackages(place.folder)).length === 0) return;
  for (const [lock, install] of installers) {
    const there = await stat(join(place.folder, lock)).catch(() => null);
    if (there === null) continue;
    const modules = join(place.folder, 'node_modules');
    await rm(modules, { force: true, recursive: false }).catch(() => {});
    await mkdir(dirname(modules), { recursive: true });
    await place.run(install);
    return;
  }
}

function notInstalled(place: BuildPlace, missing: readonly string[]): Error {
  return buildFailed({
    service: place.service,
    command: `packages of ${place.original}`,
    how: 'not installed',
    output: `${missing.join(', ')}: not installed, and there is no lock file beside package.json to install from; run npm install in ${place.original} (or in the workspace's root)`,
  });
}
