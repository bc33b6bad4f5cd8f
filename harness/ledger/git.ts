import { execa, type Result } from 'execa';
import { debugTimed } from '../plumbing/debug-log.ts';

/** The ref that holds a ledger, in a project's repository and in one of its own. */
export const ledgerRef = 'refs/stagegate/ledger';

/** Neither the user's hooks nor a hook that runs us, nor an unnamed user, may get in the way. */
const settings = ['core.hooksPath=/dev/null', 'safe.directory=*', 'gc.auto=0', 'core.filesRefLockTimeout=50'];
const environment = {
  GIT_DIR: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_WORK_TREE: undefined,
  /** A password that is missing is an error, not a question nobody sees. */
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

/** Runs git in `root`; never throws for what git answers. */
export function git(root: string, args: readonly string[], input = ''): Promise<Result> {
  const options = settings.flatMap((setting) => ['-c', setting]);
  return debugTimed(
    'ledger',
    () => `git ${args.join(' ')}`,
    () =>
      execa('git', [...options, ...args], {
        cwd: root,
        env: environment,
        input,
        reject: false,
        stripFinalNewline: false,
        maxBuffer: 1 << 30,
      }),
  );
}

/** What git said went wrong, in one line. */
export function complaintOf({ stderr, shortMessage }: Result): string {
  const lines = String(stderr ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('To ') && !line.startsWith('hint:'));
  return lines.join('; ') || shortMessage || 'git failed without a message';
}
