import { readFile, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Recognised } from './recognised.ts';

interface Manifest {
  readonly main?: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

const base = 'node:24-bookworm-slim';
const usualMains = [
  'server.js',
  'index.js',
  'app.js',
  'main.js',
  'src/index.js',
  'src/server.js',
  'src/app.js',
];

/** A folder with a package.json; one that cannot be read is treated as empty, and npm will say why. */
export async function recogniseNode(folder: string): Promise<Recognised | null> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const { main, scripts = {} } = parse(text);
  const build = scripts.build ?? null;
  const file = build === null ? null : selfContainedFile(build);
  if (file !== null) {
    const output = posix.dirname(file);
    return {
      language: 'Node',
      bundle: { kind: 'node', run: 'node --run build', output },
      start: `node ${posix.relative(output, file)}`,
      base,
    };
  }
  return {
    language: 'Node',
    bundle: { kind: 'node', run: build === null ? null : 'node --run build', output: null },
    start: scripts.start ?? (await startOfMain(folder, main)),
    base,
  };
}

function parse(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return {};
  }
}

/** The one file that a bundler makes, which needs no packages: told by the build script's own words. */
function selfContainedFile(script: string): string | null {
  if (/\bncc build\b/.test(script)) return `${/(?:-o|--out)[ =](\S+)/.exec(script)?.[1] ?? 'dist'}/index.js`;
  if (!script.includes('--bundle') || /--packages=external|--external:/.test(script)) return null;
  const file = /--outfile=["']?([^\s"']+)/.exec(script)?.[1];
  return file === undefined || dirname(file) === '.' ? null : posix.normalize(file);
}

async function startOfMain(folder: string, main: string | undefined): Promise<string | null> {
  for (const file of main === undefined ? usualMains : [main, ...usualMains]) {
    const there = await stat(join(folder, file)).catch(() => null);
    if (there?.isFile() === true) return `node ${file}`;
  }
  return null;
}
