const members = ['error', 'err', 'exception', 'message', 'msg'] as const;

/** What a log line says, without the JSON around it; at most its first line. */
export function logText(line: string): string {
  return (textOf(line).split('\n', 1)[0] ?? '').trim();
}

function textOf(line: string): string {
  try {
    const parsed = JSON.parse(line) as Readonly<Record<string, unknown>> | null;
    if (typeof parsed !== 'object' || parsed === null) return line;
    for (const member of members) {
      const value = parsed[member];
      if (typeof value === 'string' && value !== '') return value;
      if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
    }
    return line;
  } catch {
    return line;
  }
}

/** Whether a line tells of something that went wrong rather than of what goes on. */
export function tellsOfFailure(line: string): boolean {
  return /"level":\s*"?(error|fatal|warn|[56]0)|error\b|exception\b|\b(fatal|panic|traceback)\b/i.test(line);
}
