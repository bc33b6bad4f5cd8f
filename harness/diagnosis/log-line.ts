import { withoutControls } from './without-controls.ts';

/** One line that a task printed. */
export interface LogLine {
  /** ISO time: what the line itself says, else when its task said something before, else when it was read. */
  readonly at: string;
  readonly appId: string;
  readonly taskId: string;
  readonly stream: 'stdout' | 'stderr';
  /** Without control characters. */
  readonly text: string;
  readonly level: string | null;
  readonly requestId: string | null;
}

/** Longest line that is kept, in characters. */
const longestLine = 8_192;

/** What a line says of itself: services that log JSON name the time, the level and the request. */
export function readLine(
  raw: string,
): Pick<LogLine, 'text' | 'level' | 'requestId'> & { readonly at: string | null } {
  const text = withoutControls(raw.slice(0, longestLine));
  const fields = jsonFields(text);
  return {
    text,
    at: isoTime(fields?.time ?? fields?.timestamp ?? fields?.ts ?? leadingTime(text)),
    level: textOf(fields?.level ?? fields?.severity),
    requestId: textOf(fields?.requestId ?? fields?.request_id ?? fields?.['x-request-id']),
  };
}

function jsonFields(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function leadingTime(text: string): string | undefined {
  return /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)/.exec(text)?.[1];
}

function isoTime(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 128) : null;
}
