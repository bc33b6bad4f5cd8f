import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { configuredFolder } from './configured-providers.ts';
import type { StageContext } from './context.ts';

/** A folder with test files for vitest, relative to the project root. */
export interface SuiteFolder {
  readonly folder: string;
  /** Whose tests they are; null: the system's. */
  readonly service: string | null;
}

/** What test files are called. */
export const testFilePattern = '**/*.{test,spec}.{ts,mts,js,mjs}';
const testFile = /\.(test|spec)\.m?[jt]s$/;

/** Where vitest looks for the tests of these services in the context's stage. */
export function suiteFolders(context: StageContext, names: readonly string[]): readonly SuiteFolder[] {
  const { root, stage, suites, services } = context;
  const folders = names.flatMap((name): SuiteFolder[] => {
    const service = services[name];
    if (service === undefined) return [];
    const beside = join(service.path, 'suites');
    // A service that is the whole project has the suites of all others beside it.
    const usual = [join(suites, stage, name), ...(beside === suites ? [] : [join(beside, stage)])];
    const { suite } = service;
    const own = suite?.kind === 'folder' && !suite.shared ? [suite.folder] : usual;
    const ofSystem =
      suite?.kind === 'folder' && suite.shared ? [{ folder: suite.folder, service: null }] : [];
    // Written by the stage itself, for a provider that is verified as the configuration says.
    const configured =
      stage === 'contract' && service.provider !== undefined ? [configuredFolder(context, name)] : [];
    return [...[...own, ...configured].map((folder) => ({ folder, service: name })), ...ofSystem];
  });
  const found = new Map(
    folders.map(({ folder, service }) => [relative(root, folder).split(sep).join('/'), service]),
  );
  return [...found].map(([folder, service]) => ({ folder, service }));
}

/** Whose test file it is: of the innermost folder that holds it. */
export function ownerOf(file: string, folders: readonly SuiteFolder[]): string | null {
  const [inner] = folders
    .filter(({ folder }) => file.startsWith(`${folder}/`))
    .toSorted((a, b) => b.folder.length - a.folder.length);
  return inner?.service ?? null;
}

/** Whether vitest has anything to run: it is heavy to load. */
export async function holdTestFiles(root: string, folders: readonly SuiteFolder[]): Promise<boolean> {
  for (const { folder } of folders) {
    const names = await readdir(join(root, folder), { recursive: true }).catch((): string[] => []);
    if (names.some((name) => testFile.test(name))) return true;
  }
  return false;
}
