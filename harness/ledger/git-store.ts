import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { StagegateError } from '../model/index.ts';
import { complaintOf, git, ledgerRef } from './git.ts';
import type { GitRemote } from './git-remote.ts';
import { entriesFile, importCommands } from './import-commands.ts';
import { takeOverLock } from './stale-lock.ts';
import type { Batch, BatchStore } from './store.ts';
import { packLedger, removeAbandonedDrafts } from './tidy-git.ts';

const noObject = '0'.repeat(40);

/**
 * One commit per batch on a ref of its own, beside the branches: no working tree, no index, and `git push` carries it
 * where it is asked to. With a remote, the ref there is the ledger and this repository only holds a copy. Null when
 * `root` is in no git repository, or there is no git.
 */
export async function openGitStore(root: string, remote: GitRemote | null): Promise<BatchStore | null> {
  const found = await git(root, ['rev-parse', '--absolute-git-dir']);
  if (found.failed) return null;
  const folder = String(found.stdout).trim();
  const location = remote === null ? `${ledgerRef} of ${folder}` : `${ledgerRef} of ${remote.shownUrl}`;
  return new GitStore(root, { location, cacheFolder: join(folder, 'stagegate'), remote });
}

class GitStore implements BatchStore {
  readonly location: string;
  readonly cacheFolder: string;
  readonly #root: string;
  readonly #remote: GitRemote | null;

  constructor(
    root: string,
    about: { readonly location: string; readonly cacheFolder: string; readonly remote: GitRemote | null },
  ) {
    this.#root = root;
    this.#remote = about.remote;
    this.location = about.location;
    this.cacheFolder = about.cacheFolder;
  }

  async head(): Promise<string | null> {
    if (this.#remote !== null) return this.#remote.fetch();
    const { failed, stdout } = await git(this.#root, ['rev-parse', '--verify', '--quiet', ledgerRef]);
    return failed ? null : String(stdout).trim();
  }

  async batches(after: string | null, head: string): Promise<readonly string[] | null> {
    if (after !== null) {
      const follows = await git(this.#root, ['merge-base', '--is-ancestor', after, head]);
      if (follows.failed) return null;
    }
    const range = after === null ? [head] : [`${after}..${head}`];
    const commits = await this.#ask(['rev-list', '--reverse', '--first-parent', ...range]);
    const names = commits
      .split('\n')
      .filter((commit) => commit !== '')
      .map((commit) => `${commit}:${entriesFile}\n`)
      .join('');
    if (names === '') return [];
    return this.#contents(Buffer.from(await this.#ask(['cat-file', '--batch'], names)));
  }

  async append(head: string | null, batch: Batch): Promise<string | null> {
    const draft = `refs/stagegate/drafts/${randomUUID()}`;
    const commands = importCommands(draft, head, batch);
    const commit = (await this.#ask(['fast-import', '--quiet'], commands)).trim();
    if (this.#remote !== null) {
      await this.#ask(['update-ref', '-d', draft]);
      return (await this.#remote.push(commit, head)) ? commit : null;
    }
    const moves = `update ${ledgerRef} ${commit} ${head ?? noObject}\ndelete ${draft}\n`;
    const moved = await this.#move(moves);
    if (!moved.failed) return commit;
    await git(this.#root, ['update-ref', '-d', draft]);
    return null;
  }

  async object(id: string): Promise<string | null> {
    const head = await git(this.#root, ['rev-parse', '--verify', '--quiet', this.#remote?.copy ?? ledgerRef]);
    if (head.failed) return null;
    const path = `objects/${id}`;
    // From the top: the project may be a folder of its repository.
    const anywhere = `:(top)${path}`;
    const tip = String(head.stdout).trim();
    const brought = await this.#ask(['log', '-1', '--format=%H', tip, '--', anywhere]);
    // The newest commit that touches the path may be the one after, which leaves it out.
    for (const commit of [brought.trim(), `${brought.trim()}^`]) {
      const content = await git(this.#root, ['cat-file', 'blob', `${commit}:${path}`]);
      if (!content.failed) return String(content.stdout);
    }
    return null;
  }

  /** A lock that a killed process left would keep everybody out for ever. */
  async #move(moves: string): Promise<Awaited<ReturnType<typeof git>>> {
    const moved = await git(this.#root, ['update-ref', '--stdin'], moves);
    const lock = /Unable to create '(?<lock>[^']+)': File exists/.exec(String(moved.stderr))?.groups?.lock;
    if (!moved.failed || lock?.endsWith(`${ledgerRef}.lock`) !== true) return moved;
    return (await takeOverLock(lock)) ? git(this.#root, ['update-ref', '--stdin'], moves) : moved;
  }

  async tidy(): Promise<void> {
    await removeAbandonedDrafts(this.#root);
    await packLedger(this.#root, this.#remote?.copy ?? ledgerRef);
  }

  /** `<id> blob <bytes>\n<content>\n`, again and again. */
  #contents(output: Buffer): readonly string[] {
    const contents: string[] = [];
    for (let start = 0; start < output.length; ) {
      const headerEnd = output.indexOf('\n', start);
      const header = output.toString('utf8', start, headerEnd);
      const bytes = Number(header.split(' ')[2]);
      if (!Number.isInteger(bytes)) {
        throw new StagegateError(
          'SG_LEDGER_FAILED',
          `${this.location} holds a commit without ${entriesFile}, or one that is damaged: ${header}`,
        );
      }
      contents.push(output.toString('utf8', headerEnd + 1, headerEnd + 1 + bytes));
      start = headerEnd + 1 + bytes + 1;
    }
    return contents;
  }

  async #ask(args: readonly string[], input = ''): Promise<string> {
    const answer = await git(this.#root, args, input);
    if (!answer.failed) return String(answer.stdout);
    throw new StagegateError('SG_LEDGER_FAILED', `${this.location}: git ${args[0]}: ${complaintOf(answer)}`);
  }
}
