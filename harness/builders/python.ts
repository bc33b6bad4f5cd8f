import { cp, glob, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BundleRecipe } from '../model/index.ts';
import type { Builder } from './builder.ts';

type PythonRecipe = Extract<BundleRecipe, { kind: 'python' }>;

const pip =
  'python3 -m pip install --quiet --disable-pip-version-check --no-compile --no-warn-script-location';

/** The service's files, with what it requires in `.python` beside them: found through PYTHONPATH, wherever that is. */
export const python: Builder<PythonRecipe> = {
  async build({ run, requirements }, place) {
    if (run !== null) await place.run(run);
    await cp(place.folder, place.output, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => basename(source) !== 'node_modules',
    });
    const target = join(place.output, '.python');
    const there = await stat(join(place.folder, requirements)).catch(() => null);
    if (there === null) return { folder: place.output };
    const what = requirements === 'pyproject.toml' ? '.' : `-r ${requirements}`;
    await place.run(`PIP_CACHE_DIR="$STAGEGATE_CACHE/pip" ${pip} --target '${target}' ${what}`);
    await forgetWhere(target);
    return { folder: place.output };
  },
};

/** pip notes down where packages came from; two builds of the same files would differ by that alone. */
async function forgetWhere(folder: string): Promise<void> {
  for await (const file of glob('*.dist-info/{direct_url.json,RECORD,REQUESTED,INSTALLER}', {
    cwd: folder,
  })) {
    await rm(join(folder, file));
  }
}
