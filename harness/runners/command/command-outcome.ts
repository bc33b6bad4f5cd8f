import type { CommandSuite, TestCase } from '../../model/index.ts';
import type { ShellResult } from '../../plumbing/shell-command.ts';
import type { FilesOutcome } from '../file-outcome.ts';
import type { ReadResults } from './read-results.ts';

export interface CommandEnd {
  readonly suite: CommandSuite;
  readonly service: string | null;
  /** What the suite is called in sentences: `unit of orders`. */
  readonly title: string;
  /** Folder of the suite, relative to the project: where its cases are shown. */
  readonly place: string;
  readonly shell: ShellResult;
  /** Results that this run wrote. */
  readonly read: readonly ReadResults[];
  /** Names of result files of an earlier run. */
  readonly old: readonly string[];
  readonly startedAt: Date;
  readonly durationMs: number;
}

/**
 * What a test command and the results it wrote say. Only results of this run count; a command that broke, or wrote too
 * little, leaves a doubt, and a doubt is never a pass. Pure.
 */
export function commandOutcome(end: CommandEnd): FilesOutcome {
  const { service, place, read, startedAt, durationMs } = end;
  const cases = read.flatMap((one) => one.cases);
  return {
    files: [{ file: place, service, cases, finished: true, startedAt, durationMs }],
    strayErrors: [],
    doubts: doubtsOf(end, cases).map((because) => ({ service, because })),
  };
}

function doubtsOf(end: CommandEnd, cases: readonly TestCase[]): readonly string[] {
  const { suite, title, shell, read, old } = end;
  const broken = read.flatMap(({ because }) => because ?? []);
  const passed = cases.filter(({ outcome }) => outcome === 'pass').length;
  const failed = cases.some(({ outcome }) => outcome === 'fail');
  const ended = howItEnded(shell, suite);
  if (ended !== null && !failed) return [`${title}: ${ended}${because(shell.output)}`];
  if (broken[0] !== undefined) return [`${title}: ${broken[0]}`];
  if (read.length === 0) return [`${title}: ${nothingWritten(suite, old)}${because(shell.output)}`];
  if (cases.length === 0) return [`SG_NO_TESTS: ${title}: its results hold no test`];
  if (passed < suite.minimum && !failed) {
    return [`${title}: ${passed} tests passed, and at least ${suite.minimum} must (minimum)`];
  }
  return [];
}

/** Null when the command ended as a command does whose tests all passed. */
function howItEnded({ end, exitCode }: ShellResult, suite: CommandSuite): string | null {
  switch (end) {
    case 'exited':
      return exitCode === 0
        ? null
        : `\`${suite.run}\` ended with exit code ${exitCode}, and no test in its results failed`;
    case 'timed-out':
      return `\`${suite.run}\` did not end within ${suite.timeoutMs / 1000} s (timeoutSeconds) and was killed`;
    case 'killed':
      return `\`${suite.run}\` was killed by a signal`;
    default:
      return `\`${suite.run}\` did not run: ${end}`;
  }
}

function nothingWritten({ run, results }: CommandSuite, old: readonly string[]): string {
  if (old.length > 0) return `\`${run}\` wrote no result: ${old[0]} is of an earlier run`;
  return results === null
    ? `\`${run}\` wrote no result into $STAGEGATE_RESULTS; write JUnit XML there, or name its files in junit`
    : `\`${run}\` wrote no file that ${results} (junit) fits`;
}

const signs = /error|not found|no such|cannot|failed|exception/i;

/** Of what the command printed, the line that most likely says why. */
function because(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((each) => signs.test(each)) ?? lines.at(-1);
  return line === undefined ? '' : `: ${line.trim()}`;
}
