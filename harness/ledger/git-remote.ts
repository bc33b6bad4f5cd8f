import { createHash } from 'node:crypto';
import { StagegateError } from '../model/index.ts';
import { complaintOf, git, ledgerRef } from './git.ts';

/** A ledger repository by URL. Reading fetches; writing pushes, only if nobody else has pushed meanwhile. */
export class GitRemote {
  /** Without a password. */
  readonly shownUrl: string;
  /** Ref of the project's repository that holds what was fetched last. */
  readonly copy: string;
  readonly #root: string;
  readonly #url: string;

  constructor(root: string, url: string) {
    this.#root = root;
    this.#url = url;
    this.shownUrl = url.replace(/(:\/\/)[^/]*@/, '$1');
    this.copy = `refs/stagegate/remote/${createHash('sha256').update(url).digest('hex').slice(0, 12)}`;
  }

  /** The remote's head, with everything behind it here; null while the remote has no ledger. @throws `SG_LEDGER_UNREACHABLE` */
  async fetch(): Promise<string | null> {
    const listed = await git(this.#root, ['ls-remote', this.#url, ledgerRef]);
    if (listed.failed) throw this.#unreachable('read', complaintOf(listed));
    const head = String(listed.stdout).split('\t')[0]?.trim() ?? '';
    if (head === '') return null;
    const known = await git(this.#root, ['rev-parse', '--verify', '--quiet', this.copy]);
    if (!known.failed && String(known.stdout).trim() === head) return head;
    const fetched = await git(this.#root, [
      'fetch',
      '--quiet',
      '--no-tags',
      this.#url,
      `+${ledgerRef}:${this.copy}`,
    ]);
    if (fetched.failed) throw this.#unreachable('fetched', complaintOf(fetched));
    const copied = await git(this.#root, ['rev-parse', this.copy]);
    return String(copied.stdout).trim();
  }

  /** False when somebody else has pushed since `head` was read. @throws `SG_LEDGER_UNREACHABLE` when the remote refuses */
  async push(commit: string, head: string | null): Promise<boolean> {
    const lease = `--force-with-lease=${ledgerRef}:${head ?? ''}`;
    const pushed = await git(this.#root, ['push', '--porcelain', lease, this.#url, `${commit}:${ledgerRef}`]);
    if (!pushed.failed) {
      await git(this.#root, ['update-ref', this.copy, commit]);
      return true;
    }
    // `!\t<from>:<to>\t[rejected] (why)`; what hooks of the remote say is on lines of their own.
    const refusal = String(pushed.stdout)
      .split('\n')
      .find((line) => line.startsWith('!'));
    if (refusal !== undefined && isRace(refusal)) return false;
    throw this.#unreachable('pushed to', [refusal, complaintOf(pushed)].filter(Boolean).join('; '));
  }

  #unreachable(verb: string, said: string): StagegateError {
    return new StagegateError(
      'SG_LEDGER_UNREACHABLE',
      `The ledger at ${this.shownUrl} could not be ${verb}: ${said.replaceAll(this.#url, this.shownUrl)}`,
    );
  }
}

/** Somebody else moved the ref between our look and our push. */
function isRace(refusal: string): boolean {
  return /\((?:stale info|fetch first|non-fast-forward|cannot lock ref.*|failed to update ref|reference already exists)\)/.test(
    refusal,
  );
}
