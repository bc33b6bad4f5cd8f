import type { LeakKind, TaskLog } from '../../model/recording.ts';

/** What must not be read in a log. */
export interface Sensitive {
  readonly kind: LeakKind;
  /** What it is, for the report: `the password in DATABASE_URL`. */
  readonly what: string;
  readonly value: string;
}

type Scanned = Pick<TaskLog, 'lines' | 'bytes' | 'errors' | 'leaks'>;

const errorLine = /\b(error|exception|fatal|panic|traceback|unhandled|segfault)\b/i;
const bearer = /\bbearer\s+[\w.~+/-]{8,}=*/i;
const jsonWebToken = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{4,}/;
const password =
  /["']?\b(?:password|passwd|pwd|secret)\b["']?\s*[:=]\s*["']?(?!\*{3}|null|undefined|redacted|\[)[^\s"',}]{3,}/i;
const digits = /(?<![\w.-])(?:\d[ -]?){12,18}\d(?![\w.-])/g;

/** Error lines by kind, and what should not be in a log. Pure; the values that were found are not in the result. */
export function scanLog(text: readonly string[], sensitive: readonly Sensitive[]): Scanned {
  const lines = text.filter((line) => line !== '');
  return {
    lines: lines.length,
    bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
    errors: errorsIn(lines),
    leaks: leaksIn(lines, sensitive),
  };
}

function errorsIn(lines: readonly string[]): Scanned['errors'] {
  const found = new Map<string, number>();
  for (const line of lines) {
    const error = readError(line);
    if (error === null) continue;
    const pattern = withoutIds(error);
    found.set(pattern, (found.get(pattern) ?? 0) + 1);
  }
  return [...found].map(([pattern, count]) => ({ pattern, count }));
}

/** What a line of level error says; null for any other line. */
function readError(line: string): string | null {
  if (!line.startsWith('{')) return errorLine.test(line) ? line : null;
  try {
    const { level, severity, message, msg, error, err } = JSON.parse(line);
    const grade = level ?? severity;
    const isError =
      typeof grade === 'number' ? grade >= 50 : /^(error|fatal|critical|panic)$/i.test(String(grade));
    if (!isError) return null;
    const cause = typeof error === 'string' ? error : (error?.message ?? err?.message ?? '');
    return [message ?? msg ?? '', String(cause).split('\n')[0]].filter((part) => part !== '').join(': ');
  } catch {
    return errorLine.test(line) ? line : null;
  }
}

/** Two lines of one kind differ in ids, numbers and addresses only. */
function withoutIds(text: string): string {
  return text
    .slice(0, 300)
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '#')
    .replaceAll(/\b[0-9a-f]{12,}\b/gi, '#')
    .replaceAll(/\d+/g, '#');
}

function leaksIn(lines: readonly string[], sensitive: readonly Sensitive[]): Scanned['leaks'] {
  const counts = new Map<string, { kind: LeakKind; what: string; count: number }>();
  const add = (kind: LeakKind, what: string): void => {
    const known = counts.get(`${kind} ${what}`);
    if (known === undefined) counts.set(`${kind} ${what}`, { kind, what, count: 1 });
    else known.count += 1;
  };
  for (const line of lines) {
    for (const { kind, what, value } of sensitive) if (line.includes(value)) add(kind, what);
    if (bearer.test(line) || jsonWebToken.test(line)) add('bearer-token', 'a bearer token');
    if (password.test(line)) add('password', 'a password');
    for (const [number] of line.matchAll(digits))
      if (isCardNumber(number)) add('card-number', 'a card number');
  }
  return [...counts.values()];
}

/** Luhn's check, and a first digit that issuers use; moments in milliseconds begin with 1. */
function isCardNumber(text: string): boolean {
  const number = text.replaceAll(/\D/g, '');
  if (!/^[3-6]/.test(number)) return false;
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
