import { CommanderError } from 'commander';
import { errorHints, exitCodeOf, exitCodes, StagegateError } from '../model/index.ts';
import { debug } from '../plumbing/debug-log.ts';
import { printable } from '../plumbing/printable.ts';
import { stackOf } from '../plumbing/thrown.ts';

/** For the debug log: the stack, and what caused it, down to the first cause. */
export function tellStack(error: unknown): void {
  if (error instanceof CommanderError) return;
  for (let at = error; at instanceof Error; at = at.cause) {
    const stack = stackOf(at);
    debug('command', () => stack);
  }
}

/** What went wrong, one line per problem, and what to do next. Stacks are shown for our own defects only. */
export function explain(error: unknown): string {
  // Commander has said it already.
  if (error instanceof CommanderError) return '';
  if (error instanceof StagegateError) {
    return lines(`${error.code}: ${error.message}`, ...error.problems.map((line) => `  ${line}`), error.hint);
  }
  return lines(`SG_INTERNAL: ${stackOf(error)}`, errorHints.SG_INTERNAL);
}

export function exitCodeOfError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.yes : exitCodes.usage;
  return exitCodeOf(error instanceof StagegateError ? error.code : 'SG_INTERNAL');
}

function lines(...texts: readonly string[]): string {
  return texts.map((text) => `${printable(text)}\n`).join('');
}
