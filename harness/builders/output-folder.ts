import { cp, glob, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StagegateError } from '../model/index.ts';
import type { BuildPlace } from './builder.ts';

/**
 * What a build made: the folder itself, or a fresh one with the files that a pattern finds.
 * @throws `SG_BUILD_FAILED` when there is nothing
 */
export async function outputFolder(place: BuildPlace, output: string): Promise<string> {
  const path = join(place.folder, output);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) {
    if ((await readdir(path)).length > 0) return path;
    throw nothing(place, `${output} is empty after the build`);
  }
  const files = await Array.fromAsync(glob(output, { cwd: place.folder }));
  if (files.length === 0) throw nothing(place, `the build made no ${output}`);
  for (const file of files.sort()) {
    await cp(join(place.folder, file), join(place.output, basename(file)), { recursive: true });
  }
  return place.output;
}

/** What a command left in the folder it was told. @throws `SG_BUILD_FAILED` when that is nothing */
export async function givenOutput(place: BuildPlace): Promise<string> {
  if ((await readdir(place.output)).length > 0) return place.output;
  throw nothing(
    place,
    'the build left nothing in the folder that $STAGEGATE_OUTPUT names; write build.output, the folder it makes',
  );
}

function nothing(place: BuildPlace, message: string): StagegateError {
  return new StagegateError('SG_BUILD_FAILED', `${place.service}: ${message}`);
}
