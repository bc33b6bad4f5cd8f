import { execa } from 'execa';
import type { Artifact } from '../model/index.ts';

/** The commit a build was made from. */
export interface Revision extends Required<Pick<Artifact, 'changes' | 'branches'>> {
  readonly commit: string;
  /** `g3f2a91c`, with `.dirty` behind it when the folder or the lock file differs from that commit. */
  readonly label: string;
}

const shortLength = 7;
/** Who wrote more than this ago is no author of a change that is promoted today. */
const changesKept = 30;

/** Null outside of git, and before the first commit. `folder` is what must not differ, `root` the checkout it is in. */
export async function revisionOf(root: string, folder: string): Promise<Revision | null> {
  const git = (...args: string[]) => execa('git', args, { cwd: root, reject: false, stdin: 'ignore' });
  const head = await git('rev-parse', '--verify', '--quiet', 'HEAD');
  if (head.failed) return null;
  const commit = head.stdout.trim();
  const [status, log, refs, me] = await Promise.all([
    git('status', '--porcelain', '--', folder, 'package-lock.json'),
    git('log', `-${changesKept}`, `--format=%h%x09%ae%x09${coAuthors}%x09%s`, '--', folder),
    git('for-each-ref', '--contains', 'HEAD', '--format=%(refname)', 'refs/heads', 'refs/remotes'),
    git('config', 'user.email'),
  ]);
  const dirty = status.failed || status.stdout.trim() !== '';
  const mine = me.stdout.trim();
  return {
    commit,
    label: `g${commit.slice(0, shortLength)}${dirty ? '.dirty' : ''}`,
    changes: [
      ...(dirty && mine !== '' ? [{ commit: 'uncommitted', authors: [mine] }] : []),
      ...linesOf(log.stdout).map(changeIn),
    ],
    branches: [...new Set(linesOf(refs.stdout).map(branchIn))].filter((branch) => branch !== 'HEAD'),
  };
}

const coAuthors = '%(trailers:key=Co-authored-by,valueonly,separator=%x2C)';

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

function changeIn(line: string): Revision['changes'][number] {
  const [commit = '', author = '', others = '', subject = ''] = line.split('\t');
  const helped = [...others.matchAll(/<([^>]+)>/g)].map(([, address = '']) => address);
  return { commit, authors: [...new Set([author, ...helped])], subject };
}

/** `refs/heads/main` and `refs/remotes/origin/main` are both `main`. */
function branchIn(ref: string): string {
  return ref.replace(/^refs\/heads\/|^refs\/remotes\/[^/]+\//, '');
}
