import { CommanderError } from 'commander';
import { errorHints, exitCodeOf, exitCodes, StagegateError } from '../model/index.ts';

/** What went wrong, one line per problem, and what to do next. Stacks are shown for our own defects only. */
export function explain(error: unknown): string {
  // Commander has said it already.
  if (error instanceof CommanderError) return '';
  if (error instanceof StagegateError) {
    return lines(`${error.code}: ${error.message}`, ...error.problems.map((line) => `  ${line}`), error.hint);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return lines(`SG_INTERNAL: ${text}`, errorHints.SG_INTERNAL);
}

export function exitCodeOfError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.yes : exitCodes.usage;
  return exitCodeOf(error instanceof StagegateError ? error.code : 'SG_INTERNAL');
}

function lines(...texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
