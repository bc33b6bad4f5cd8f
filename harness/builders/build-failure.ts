import { StagegateError } from '../model/index.ts';

/**
 * A build that failed: the line that says why first, then the command, then all that it printed.
 * The first error is the cause; what compilers and launchers print after it is mostly its consequence.
 */
export function buildFailed(input: {
  readonly service: string;
  readonly command: string;
  /** `exit code 1` */
  readonly how: string;
  readonly output: string;
}): StagegateError {
  const { service, command, how } = input;
  const output = stripColours(input.output).trim();
  const telling = tellingLine(output) ?? how;
  return new StagegateError(
    'SG_BUILD_FAILED',
    `${service}: ${telling}\n${command}: ${how}${output === '' ? '' : `\n${output}`}`,
  );
}

const signs = [
  /\berror\b(?!s?:? 0\b)(?!.*\b0 errors?\b)|\bERR!|✘|\bfatal\b/i,
  /^\S+:\d+(:\d+)?:? /,
  /not found|no such file|cannot|failed|denied/i,
];
const noise = /^\s*at |^npm (error|ERR!) (code|errno|syscall|path|A complete log)|^\s*$|^Node\.js v/;

/** Of what a build printed, the line that says why it failed; null when it printed nothing. */
export function tellingLine(output: string): string | null {
  const lines = output.split('\n').filter((line) => !noise.test(line));
  for (const sign of signs) {
    const found = lines.find((line) => sign.test(line));
    if (found !== undefined) return found.trim();
  }
  return lines.at(-1)?.trim() ?? null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of terminals start with one
const colours = /\u001b\[[0-9;]*m/g;

function stripColours(text: string): string {
  return text.replace(colours, '');
}
