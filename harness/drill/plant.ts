import { existsSync } from 'node:fs';
import { glob, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { ServiceConfig } from '../config/index.ts';
import type { Fault } from './fault.ts';

/** A fault in place. */
export type Planted =
  | { readonly kind: 'planted'; remove(): Promise<void> }
  | { readonly kind: 'impossible'; readonly because: string };

/** Plants a fault into a service of a copy of the project. `folder` is the service's folder there. */
export async function plant(fault: Fault, service: ServiceConfig, folder: string): Promise<Planted> {
  const variables = fault.variables(service);
  if (variables === null) return impossible(`${service.name} has nothing that could fail so`);
  return fault.how === 'preload'
    ? preload(fault.name, variables, folder)
    : change(fault.how, folder, service.name);
}

/** The service's entry becomes a file that loads the fault first. Digest and image change as with any change of source. */
async function preload(name: string, variables: readonly string[], folder: string): Promise<Planted> {
  const entry = await entryOf(folder);
  if (entry === null) return impossible('no entry of a Node service was found in its package.json');
  const path = join(folder, entry);
  const extension = extname(entry);
  const original = `${basename(entry, extension)}.drilled${extension}`;
  const text = await readFile(join(import.meta.dirname, 'faults', `${name}.mjs`), 'utf8');
  const fault = join(dirname(path), 'drill-fault.mjs');
  await rename(path, join(dirname(path), original));
  await writeFile(fault, text.replaceAll('__VARIABLES__', JSON.stringify(variables)));
  await writeFile(path, `import './drill-fault.mjs';\nimport './${original}';\n`);
  return {
    kind: 'planted',
    async remove() {
      await rm(fault);
      await rename(join(dirname(path), original), path);
    },
  };
}

/** The file that the service's build or start script names, or its `main`. */
async function entryOf(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const {
    scripts = {},
    main = '',
    type,
  } = JSON.parse(text) as {
    readonly scripts?: Readonly<Record<string, string>>;
    readonly main?: string;
    readonly type?: string;
  };
  const named = [scripts.build, scripts.start, main].flatMap(
    (script) => script?.match(/[\w./-]+\.(?:ts|mts|js|mjs)\b/g) ?? [],
  );
  // What a build makes is not there yet, and CommonJS cannot wait for a module.
  const isModule = (file: string): boolean => type === 'module' || /\.m[tj]s$/.test(file);
  return named.find((file) => existsSync(join(folder, file)) && isModule(file)) ?? null;
}

async function change(
  { find, put }: { readonly find: RegExp; readonly put: string },
  folder: string,
  service: string,
): Promise<Planted> {
  for await (const file of glob('**/*.{ts,js,mjs,sql,py,go}', {
    cwd: folder,
    exclude: (name) => /node_modules|dist|\.test\./.test(name),
  })) {
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    if (!find.test(text)) continue;
    await writeFile(path, text.replace(find, put));
    return { kind: 'planted', remove: () => writeFile(path, text) };
  }
  return impossible(`no source of ${service} matches ${find}`);
}

function impossible(because: string): Planted {
  return { kind: 'impossible', because };
}
