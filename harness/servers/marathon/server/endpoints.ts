import type { AppDefinition } from '../definition/index.ts';
import type { Instance } from '../tracker/instance.ts';
import { servicePortsOf } from './app-info.ts';
import type { Reply } from './reply.ts';
import type { ApiRequest } from './request.ts';

/** Whether the client wants the plain list of endpoints that scripts for balancers read. JSON goes first. */
export function wantsText({ raw }: ApiRequest): boolean {
  const accept = raw.headers.accept ?? '';
  return /\btext\/plain\b/i.test(accept) && !/\bjson\b|\*\/\*/i.test(accept);
}

/**
 * One line per app and service port: the id with underscores, the port, and where the running tasks listen, with a tab
 * after each. An app without service ports has a blank for the port and names hosts only.
 */
export function endpointsOf(
  apps: Iterable<AppDefinition>,
  instancesOf: (app: AppDefinition) => readonly Instance[],
): Reply {
  const lines = [...apps].flatMap((app) => {
    const running = instancesOf(app).filter(({ condition }) => condition === 'Running');
    const name = app.id.slice(1).replaceAll('/', '_');
    const ports = servicePortsOf(app);
    if (ports.length === 0) return [row([name, ' ', ...running.map(({ host }) => host)])];
    return ports.map((port, index) =>
      row([name, port, ...running.map(({ host, hostPorts }) => `${host}:${hostPorts[index] ?? 0}`)]),
    );
  });
  return { status: 200, text: lines.join(''), headers: { 'Content-Type': 'text/plain;charset=utf-8' } };
}

function row(cells: readonly unknown[]): string {
  return `${cells.map((cell) => `${cell}\t`).join('')}\n`;
}
