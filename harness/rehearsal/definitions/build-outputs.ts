import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const neverCopied = new Set(['node_modules', '.git']);
const output = /(?:--outfile|--outdir|--out-dir|--outDir|-o|-d|--dist-dir)[= ]['"]?([^\s'"]+)/g;

/**
 * What a Dockerfile may copy: the files of the folder, and what the build script says it writes. Null when the script
 * does not say where it writes and nothing has been built yet.
 */
export async function whatBuildMakes(folder: string): Promise<readonly string[] | null> {
  const [files, script] = await Promise.all([filesBelow(folder), buildScriptOf(folder)]);
  if (script === null) return files;
  const written = [...script.matchAll(output)].map(([, path = '']) =>
    path.replace(/^\.\//, '').replace(/\/$/, ''),
  );
  if (written.length > 0) return [...files.filter((file) => !file.startsWith('dist/')), ...written];
  return files.some((file) => /^(dist|build|out|target)\//.test(file)) ? files : null;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const walk = async (path: string): Promise<readonly string[]> => {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    const below = entries
      .filter(({ name }) => !neverCopied.has(name))
      .map(async (entry) => {
        const child = join(path, entry.name);
        return entry.isDirectory() ? walk(child) : [relative(folder, child).split(sep).join('/')];
      });
    return (await Promise.all(below)).flat();
  };
  return walk(folder);
}

/** Null where nothing is built before the image. */
async function buildScriptOf(folder: string): Promise<string | null> {
  try {
    const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      scripts?: Record<string, string>;
    };
    return scripts?.build ?? null;
  } catch {
    return null;
  }
}
