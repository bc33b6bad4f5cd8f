import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recognised } from './recognised.ts';

const usualMains = ['app.py', 'main.py', 'server.py', 'run.py', 'wsgi.py', 'src/main.py', 'src/app.py'];

/** A folder with requirements.txt or pyproject.toml, or with one of the usual main files. */
export async function recognisePython(folder: string): Promise<Recognised | null> {
  const has = (file: string): Promise<boolean> =>
    stat(join(folder, file)).then(
      (found) => found.isFile(),
      () => false,
    );
  const mains = await Promise.all(usualMains.map(async (file) => ((await has(file)) ? [file] : [])));
  const [main] = mains.flat();
  const [withRequirements, withProject] = await Promise.all([has('requirements.txt'), has('pyproject.toml')]);
  if (!withRequirements && !withProject && main === undefined) return null;
  return {
    language: 'Python',
    bundle: {
      kind: 'python',
      run: null,
      requirements: withProject && !withRequirements ? 'pyproject.toml' : 'requirements.txt',
    },
    start: (await has('manage.py'))
      ? 'python3 manage.py runserver 0.0.0.0:$PORT --noreload'
      : main === undefined
        ? null
        : `python3 ${main}`,
    base: 'python:3-slim',
  };
}
