import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** A copy of a project that a drill may break: its files as they are now, a git repository of its own, the same packages. */
export interface ProjectCopy extends AsyncDisposable {
  readonly root: string;
}

/** Makes the copy below the project's own `.stagegate`, which git ignores. Files that git ignores are left out. */
export async function copyProject(root: string): Promise<ProjectCopy> {
  const base = join(root, '.stagegate', 'drill');
  await mkdir(base, { recursive: true });
  const copy = await mkdtemp(join(base, 'project-'));
  const { stdout } = await execa('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    const to = join(copy, file);
    await mkdir(dirname(to), { recursive: true });
    // A file that is deleted and not yet committed is still listed.
    await cp(join(root, file), to, { recursive: true }).catch(() => {});
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  const git = (...args: readonly string[]) =>
    execa('git', ['-c', 'user.name=drill', '-c', 'user.email=drill@localhost', ...args], { cwd: copy });
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-qm', 'The project as the drill found it');
  return {
    root: copy,
    async [Symbol.asyncDispose]() {
      await rm(copy, { recursive: true, force: true });
    },
  };
}
