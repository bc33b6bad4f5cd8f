import { AsyncLocalStorage } from 'node:async_hooks';

/** The id of the request being served, for every log line and every call to a neighbour that it causes. */
export const requestScope = new AsyncLocalStorage<{ readonly requestId: string }>();

export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  info(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** One JSON object a line. `write` is stdout unless a test listens. */
export function createLog(service: string, write: (line: string) => void = toStdout): Log {
  const entry = (level: string, message: string, fields?: LogFields) => {
    const requestId = requestScope.getStore()?.requestId;
    const time = new Date().toISOString();
    write(`${JSON.stringify({ time, level, service, message, requestId, ...fields })}\n`);
  };
  return {
    info: (message, fields) => entry('info', message, fields),
    error: (message, fields) => entry('error', message, fields),
  };
}

function toStdout(line: string): void {
  process.stdout.write(line);
}
