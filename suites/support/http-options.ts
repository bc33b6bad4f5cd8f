import type { HttpOptions } from '../../services/gateway/src/chassis/http.ts';
import { createLog } from '../../services/gateway/src/chassis/log.ts';

/** What every service's `createApp` needs, for a service that is not about to stop; its log goes nowhere. */
export function quiet(): HttpOptions {
  return { log: createLog('test', () => {}), stopping: new AbortController().signal };
}

/** The same, with the lines it logs. Each service has its own `createLog`, which knows that service's request ids. */
export function logging(
  create: typeof createLog,
): HttpOptions & { readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const log = create('test', (line) => lines.push(JSON.parse(line)));
  return { log, stopping: new AbortController().signal, lines };
}
