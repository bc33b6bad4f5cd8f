import { type TimeWindow, type Weekday, weekdays } from '../model/index.ts';

/** Why nothing may enter at this moment; null when something may. Deny wins; if anything is allowed, one must be open. */
export function whyClosed(windows: readonly TimeWindow[], atMs: number): string | null {
  const denied = windows.find((window) => window.kind === 'deny' && isIn(window, atMs));
  if (denied !== undefined) return `closed by ${describe(denied)}`;
  const allowed = windows.filter(({ kind }) => kind === 'allow');
  if (allowed.length === 0 || allowed.some((window) => isIn(window, atMs))) return null;
  return `outside of ${allowed.map(describe).join(' and ')}`;
}

const minuteMs = 60_000;
const longestWaitMs = 31 * 24 * 60 * minuteMs;

/** The next moment, to the minute, at which something may enter; null when there is none within a month. */
export function nextOpening(windows: readonly TimeWindow[], afterMs: number): number | null {
  const first = Math.ceil(afterMs / minuteMs) * minuteMs;
  for (let at = first; at <= first + longestWaitMs; at += minuteMs) {
    if (whyClosed(windows, at) === null) return at;
  }
  return null;
}

const dayMs = 24 * 60 * minuteMs;

function isIn(window: TimeWindow, atMs: number): boolean {
  const now = localTime(atMs, window.timeZone);
  const runsOvernight = window.to <= window.from;
  if (now.time >= window.from && (runsOvernight || now.time < window.to)) return isDayOf(window, now);
  // What began last night belongs to the day before.
  return runsOvernight && now.time < window.to && isDayOf(window, localTime(atMs - dayMs, window.timeZone));
}

function isDayOf({ days, dates }: TimeWindow, { day, date }: LocalTime): boolean {
  return (days.length === 0 || days.includes(day)) && (dates.length === 0 || dates.includes(date));
}

interface LocalTime {
  readonly day: Weekday;
  readonly date: string;
  /** `09:30` */
  readonly time: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(atMs: number, timeZone: string): LocalTime {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  formats.set(timeZone, format);
  const parts = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return {
    day: weekdays.find((name) => parts.weekday?.toLowerCase().startsWith(name)) ?? 'mon',
    date: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
  };
}

function describe({ days, dates, from, to, timeZone, reason }: TimeWindow): string {
  const when = [...dates, ...days].join(', ') || 'every day';
  return `${when} ${from}–${to} ${timeZone}${reason === null ? '' : ` (${reason})`}`;
}
