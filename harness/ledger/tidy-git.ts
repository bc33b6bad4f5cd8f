import { join } from 'node:path';
import { git } from './git.ts';

/** Drafts of processes that were killed are refs that nothing moves any more. Longer than any append. */
const abandonedSeconds = 3_600;

/**
 * Packs the loose objects of a ledger: a run leaves a hundred of them, and a repository with many thousands is slow. Nothing but what
 * the ref reaches is touched, and nothing is lost: loose files go only once a pack holds them.
 */
export async function packLedger(root: string, ref: string): Promise<void> {
  const folder = await git(root, ['rev-parse', '--path-format=absolute', '--git-path', 'objects/pack']);
  if (folder.failed) return;
  const pack = join(String(folder.stdout).trim(), 'pack');
  const packed = await git(root, ['pack-objects', '--quiet', '--revs', '--unpacked', pack], `${ref}\n`);
  if (!packed.failed) await git(root, ['prune-packed', '--quiet']);
}

/** Removes drafts that a killed process left beside the ledger, so that git may drop their objects some day. */
export async function removeAbandonedDrafts(root: string): Promise<void> {
  const { stdout, failed } = await git(root, [
    'for-each-ref',
    '--format=%(refname) %(committerdate:unix)',
    'refs/stagegate/drafts',
  ]);
  if (failed) return;
  const before = Date.now() / 1000 - abandonedSeconds;
  const old = String(stdout)
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([ref, seconds]) => ref !== '' && Number(seconds) < before);
  if (old.length === 0) return;
  await git(root, ['update-ref', '--stdin'], old.map(([ref]) => `delete ${ref}\n`).join(''));
}
