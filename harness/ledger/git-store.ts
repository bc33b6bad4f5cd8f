import { execa } from 'execa';
import { StagegateError } from '../model/index.ts';
import type { BatchStore } from './store.ts';

const ref = 'refs/stagegate/ledger';
const fileName = 'entries.jsonl';
const noObject = '0'.repeat(40);

/** Neither the user's hooks nor a hook that runs us, nor an unnamed user, may get in the way. */
const settings = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'safe.directory=*',
  '-c',
  'gc.auto=0',
  '-c',
  'core.filesRefLockTimeout=50',
];
const identity = {
  GIT_AUTHOR_NAME: 'stagegate',
  GIT_AUTHOR_EMAIL: 'stagegate@localhost',
  GIT_COMMITTER_NAME: 'stagegate',
  GIT_COMMITTER_EMAIL: 'stagegate@localhost',
  GIT_DIR: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_WORK_TREE: undefined,
};

/**
 * One commit per batch on a ref of its own, beside the branches: no working tree, no index, and `git push` carries it
 * where it is asked to. Null when `root` is in no git repository, or there is no git.
 */
export async function openGitStore(root: string): Promise<BatchStore | null> {
  const found = await execa('git', [...settings, 'rev-parse', '--absolute-git-dir'], {
    cwd: root,
    env: identity,
    reject: false,
  });
  if (found.failed) return null;
  return new GitStore(root, `${ref} of ${found.stdout}`);
}

class GitStore implements BatchStore {
  readonly location: string;
  readonly #root: string;

  constructor(root: string, location: string) {
    this.#root = root;
    this.location = location;
  }

  async head(): Promise<string | null> {
    const { failed, stdout } = await execa('git', [...settings, 'rev-parse', '--verify', '--quiet', ref], {
      cwd: this.#root,
      env: identity,
      reject: false,
    });
    return failed ? null : stdout;
  }

  newest(head: string): Promise<string> {
    return this.#git(['cat-file', 'blob', `${head}:${fileName}`]);
  }

  async batches(head: string): Promise<readonly string[]> {
    const commits = (await this.#git(['rev-list', '--reverse', '--first-parent', head])).split('\n');
    const names = commits.map((commit) => `${commit}:${fileName}\n`).join('');
    return splitBatchOutput(Buffer.from(await this.#git(['cat-file', '--batch'], names)));
  }

  async append(head: string | null, batch: string, summary: string): Promise<boolean> {
    const blob = await this.#git(['hash-object', '-w', '--stdin'], batch);
    const tree = await this.#git(['mktree'], `100644 blob ${blob}\t${fileName}\n`);
    const parent = head === null ? [] : ['-p', head];
    const commit = await this.#git(['commit-tree', tree, ...parent], summary);
    const { failed } = await execa('git', [...settings, 'update-ref', ref, commit, head ?? noObject], {
      cwd: this.#root,
      env: identity,
      reject: false,
    });
    return !failed;
  }

  async #git(args: readonly string[], input = ''): Promise<string> {
    try {
      const { stdout } = await execa('git', [...settings, ...args], {
        cwd: this.#root,
        env: identity,
        input,
        stripFinalNewline: args[0] !== 'cat-file',
      });
      return stdout;
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new StagegateError('SG_LEDGER_FAILED', `${this.location}: ${said}`, { cause: error });
    }
  }
}

/** `<id> blob <bytes>\n<content>\n`, again and again. */
function splitBatchOutput(output: Buffer): readonly string[] {
  const contents: string[] = [];
  for (let start = 0; start < output.length; ) {
    const headerEnd = output.indexOf('\n', start);
    const header = output.toString('utf8', start, headerEnd);
    const bytes = Number(header.split(' ')[2]);
    if (!Number.isInteger(bytes)) {
      throw new StagegateError(
        'SG_LEDGER_FAILED',
        `${ref} holds a commit that is no batch of entries: ${header}`,
      );
    }
    contents.push(output.toString('utf8', headerEnd + 1, headerEnd + 1 + bytes));
    start = headerEnd + 1 + bytes + 1;
  }
  return contents;
}
