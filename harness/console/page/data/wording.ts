const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago, in the largest unit that fits: `3 min. ago`. */
export function ago(at: string | number, now = Date.now()): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  if (Number.isNaN(seconds)) return 'unknown';
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return Math.abs(seconds) < 5 ? 'now' : relative.format(seconds, 'second');
}

/** `14:03:07.120`, in the reader's time zone. */
export function clockTime(at: string | number): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return '--:--:--';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

export function moment(at: string | number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? 'unknown' : time.toLocaleString();
}

export function amount(value: number | undefined): string {
  return (value ?? 0).toLocaleString('en', { maximumFractionDigits: 2 });
}

/** From MiB. */
export function memory(mib: number | undefined): string {
  const value = mib ?? 0;
  return value >= 1024
    ? `${(value / 1024).toLocaleString('en', { maximumFractionDigits: 1 })} GiB`
    : `${amount(value)} MiB`;
}

export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  if (value < 1024 ** 2) return `${(value / 1024).toFixed(1)} KiB`;
  return value < 1024 ** 3
    ? `${(value / 1024 ** 2).toFixed(1)} MiB`
    : `${(value / 1024 ** 3).toFixed(1)} GiB`;
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString('en')} ${value === 1 ? one : many}`;
}

/** What tells one task of an app from another: the start of its instance id. */
export function shortTask(taskId: string): string {
  const instance = /instance-([0-9a-f]{8})/.exec(taskId)?.[1];
  return instance ?? (taskId.length > 24 ? `${taskId.slice(0, 23)}…` : taskId);
}

/** Mesos ids share a long beginning; their end tells them apart. */
export function shortId(id: string): string {
  return id.length > 14 ? `…${id.slice(-12)}` : id;
}
