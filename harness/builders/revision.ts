import { execa } from 'execa';

/** The commit a build was made from. */
export interface Revision {
  readonly commit: string;
  /** `g3f2a91c`, with `.dirty` behind it when the folder or the lock file differs from that commit. */
  readonly label: string;
}

const shortLength = 7;

/** Null outside of git, and before the first commit. `folder` is what must not differ, `root` the checkout it is in. */
export async function revisionOf(root: string, folder: string): Promise<Revision | null> {
  const git = (...args: string[]) => execa('git', args, { cwd: root, reject: false, stdin: 'ignore' });
  const head = await git('rev-parse', '--verify', '--quiet', 'HEAD');
  if (head.failed) return null;
  const commit = head.stdout.trim();
  const status = await git('status', '--porcelain', '--', folder, 'package-lock.json');
  const dirty = status.failed || status.stdout.trim() !== '';
  return { commit, label: `g${commit.slice(0, shortLength)}${dirty ? '.dirty' : ''}` };
}
