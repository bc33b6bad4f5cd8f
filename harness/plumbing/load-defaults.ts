import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The default export of every module in a folder, by name of the file; tests and declarations are left out. What is
 * added to such a folder is found without a list of its own.
 */
export async function loadDefaults<T>(folder: string): Promise<readonly T[]> {
  const files = (await readdir(folder)).filter((name) => /(?<!\.test|\.d)\.(ts|js)$/.test(name)).sort();
  const modules = await Promise.all(
    files.map(async (name) => {
      const module = (await import(pathToFileURL(join(folder, name)).href)) as { readonly default?: T };
      return module.default;
    }),
  );
  return modules.filter((exported) => exported !== undefined);
}
