import type { ServerResponse } from 'node:http';
import type { Answer } from '../../../http/index.ts';
import { type FrontPage, frontPage } from '../../http/front-page.ts';
import type { Request } from '../../http/request.ts';
import { json, methodNotAllowed } from '../../http/respond.ts';
import type { MasterContext } from '../context.ts';
import type { MasterCore } from '../core.ts';
import { flagsOnWire } from '../flags.ts';
import { renderFrameworks, renderSlaves, renderSummary, renderTasks } from '../operator/lists.ts';
import { maintenanceStatus } from '../operator/maintenance.ts';
import { renderMetrics } from '../operator/metrics-snapshot.ts';
import { renderRoles } from '../operator/roles.ts';
import { renderState, version } from '../operator/state.ts';
import { handleFiles } from './files.ts';
import {
  type Handler,
  handleCreateVolumes,
  handleDestroyVolumes,
  handleMachinesDown,
  handleMachinesUp,
  handleQuota,
  handleReserve,
  handleSchedule,
  handleTeardown,
  handleUnreserve,
  handleWeights,
} from './legacy-operator.ts';
import { handleOperator } from './operator.ts';
import { handleScheduler } from './scheduler.ts';

/** Finds who answers. Null: the response is a stream and answers itself. */
export function route(
  core: MasterCore,
  request: Request,
  body: Buffer,
  response: ServerResponse,
): Answer | null {
  const { context } = core;
  const { path } = request;
  if (path === '/api/v1/scheduler') return handleScheduler(core, request, body, response);
  if (path === '/api/v1') return handleOperator(context, request, body, response);
  if (path === '/' && (request.method === 'GET' || request.method === 'HEAD')) {
    return frontPage(aboutMaster(context));
  }
  if (path === '/health') return { status: 200 };
  if (path === '/redirect') return redirect(context);
  const handler = handlers.get(path) ?? (path.startsWith('/quota/') ? handleQuota : undefined);
  if (handler !== undefined) return handler(context, request, body);
  const render = views.get(path.replace(/\.json$/, ''));
  const isFile = path.startsWith('/files/');
  if (render === undefined && !isFile) return { status: 404 };
  if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed(request, 'GET');
  return render === undefined ? handleFiles(context, request) : json(request, render(context, request.query));
}

function aboutMaster(context: MasterContext): FrontPage {
  return {
    title: 'stagegate: embedded Mesos master',
    facts: [
      ['Master', context.id],
      ['Process', context.pid],
      ['Version', version.version],
      ['Agents', String(context.agents.size)],
      ['Frameworks', String(context.frameworks.size)],
    ],
    links: [
      ['/state', 'everything the master knows'],
      ['/slaves', 'agents'],
      ['/frameworks', 'frameworks and their tasks'],
      ['/roles', 'roles, their quotas and what they use'],
      ['/flags', 'how the master is set up'],
      ['/metrics/snapshot', 'figures'],
      ['/maintenance/status', 'machines in maintenance'],
    ],
  };
}

const views = new Map<string, (context: MasterContext, query: URLSearchParams) => unknown>([
  ['/version', () => version],
  ['/state', renderState],
  ['/state-summary', renderSummary],
  ['/slaves', renderSlaves],
  ['/frameworks', renderFrameworks],
  ['/tasks', renderTasks],
  ['/roles', renderRoles],
  ['/flags', ({ flags, address }) => ({ flags: flagsOnWire(flags, address) })],
  ['/metrics/snapshot', sortedMetrics],
  ['/maintenance/status', maintenanceStatus],
]);

const handlers = new Map<string, Handler>([
  ['/teardown', handleTeardown],
  ['/weights', handleWeights],
  ['/quota', handleQuota],
  ['/maintenance/schedule', handleSchedule],
  ['/machine/down', handleMachinesDown],
  ['/machine/up', handleMachinesUp],
  ['/reserve', handleReserve],
  ['/unreserve', handleUnreserve],
  ['/create-volumes', handleCreateVolumes],
  ['/destroy-volumes', handleDestroyVolumes],
]);

function sortedMetrics(context: MasterContext): Record<string, number> {
  return Object.fromEntries(Object.entries(renderMetrics(context)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Always to the leader, which is this master, in whatever protocol the client speaks. */
function redirect({ address }: MasterContext): Answer {
  return { status: 307, headers: { Location: `//${address.hostname}:${address.port}` } };
}
