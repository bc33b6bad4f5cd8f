import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type { Recognised } from './recognised.ts';

import { recogniseCompiled } from './compiled.ts';
import { recogniseNode } from './node.ts';
import { recognisePython } from './python.ts';
import type { Recognised } from './recognised.ts';
import { recogniseStatic } from './static.ts';

/** Looks for the files by which a language's own tools know a project; null when there are none. */
export async function recogniseFolder(folder: string, service: string): Promise<Recognised | null> {
  return (
    (await recogniseNode(folder)) ??
    (await recognisePython(folder)) ??
    (await recogniseCompiled(folder, service)) ??
    (await recogniseStatic(folder))
  );
}

/** The command of a process type in the folder's Procfile. */
export async function commandInProcfile(folder: string, type: string): Promise<string | null> {
  const text = await readFile(join(folder, 'Procfile'), 'utf8').catch(() => '');
  const line = text.split('\n').find((each) => each.startsWith(`${type}:`));
  return line?.slice(type.length + 1).trim() ?? null;
}
