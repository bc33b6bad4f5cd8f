import { pipeline } from 'node:stream/promises';
import type { Answer } from '../../../http/index.ts';
import { readRange } from '../../http/file-range.ts';
import { type FrontPage, frontPage } from '../../http/front-page.ts';
import { badRequest, json, methodNotAllowed } from '../../http/respond.ts';
import { version } from '../../master/operator/state.ts';
import { renderContainers, renderStatistics } from './containers.ts';
import type { Exchange } from './exchange.ts';
import { handleExecutorCall } from './executor-api.ts';
import {
  attachedFiles,
  browse,
  downloadName,
  type FoundFile,
  findFile,
  modeText,
  openFound,
  readPart,
} from './files.ts';
import { renderMetrics } from './metrics.ts';
import { handleOperatorCall } from './operator.ts';
import { renderState } from './state.ts';
import { type AgentView, agentIdOf, flagsOf } from './view.ts';

/** Finds who answers. Null: the response is a stream and answers itself. */
export async function route(exchange: Exchange): Promise<Answer | null> {
  const { request, view } = exchange;
  if (request.path === '/api/v1') {
    return request.method === 'POST' ? handleOperatorCall(exchange) : methodNotAllowed(request, 'POST');
  }
  if (request.path === '/' && request.method === 'GET') return frontPage(aboutAgent(view));
  if (request.path === '/api/v1/executor') return handleExecutorCall(exchange);
  const render = views.get(request.path);
  const serve = files.get(request.path.replace(/\.json$/, ''));
  if (render === undefined && serve === undefined) return { status: 404 };
  if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed(request, 'GET');
  if (serve !== undefined) return serve(exchange);
  const value = await render?.(view);
  return value === undefined ? { status: 200 } : json(request, value);
}

function aboutAgent(view: AgentView): FrontPage {
  const { hostname, pid } = view.description;
  return {
    title: 'stagegate: embedded Mesos agent',
    facts: [
      ['Agent', agentIdOf(view)],
      ['Host', hostname],
      ['Process', pid],
      ['Version', version.version],
    ],
    links: [
      ['/state', 'frameworks, executors and tasks of this agent, with their sandboxes'],
      ['/containers', 'what runs, and what it uses'],
      ['/flags', 'how the agent is set up'],
      ['/metrics/snapshot', 'figures'],
    ],
  };
}

const views = new Map<string, (view: AgentView) => unknown>([
  ['/health', () => undefined],
  ['/version', () => version],
  ['/flags', async (view) => ({ flags: await flagsOf(view) })],
  ['/state', renderState],
  ['/state.json', renderState],
  ['/containers', renderContainers],
  ['/monitor/statistics', renderStatistics],
  ['/monitor/statistics.json', renderStatistics],
  ['/metrics/snapshot', renderMetrics],
]);

const files = new Map<string, (exchange: Exchange) => Answer | null | Promise<Answer | null>>([
  ['/files/browse', answerBrowse],
  ['/files/read', answerRead],
  ['/files/download', answerDownload],
  ['/files/debug', ({ request, view }) => json(request, attachedFiles(view))],
]);

async function answerBrowse({ request, view }: Exchange): Promise<Answer> {
  const path = request.query.get('path');
  if (path === null || path === '') return badRequest("Expecting 'path=value' in query.\n");
  const found = await findFile(view, path);
  if (found.kind !== 'found') return refusalOf(found);
  const entries = await browse(found.real, path);
  return json(
    request,
    entries.map((entry) => ({ ...entry, mode: modeText(entry.mode) })),
  );
}

async function answerRead({ request, view }: Exchange): Promise<Answer> {
  const path = request.query.get('path');
  if (path === null || path === '') return badRequest("Expecting 'path=value' in query.\n");
  const range = readRange(request.query.get('offset'), request.query.get('length'));
  if ('problem' in range) return badRequest(`${range.problem}\n`);
  const found = await findFile(view, path);
  const opened = found.kind === 'found' ? await openFound(found) : found;
  if ('kind' in opened) return refusalOf(opened);
  await using handle = opened;
  const part = await readPart(handle, range);
  return json(request, { offset: part.offset, data: part.data.toString('utf8') });
}

async function answerDownload({ request, view, response }: Exchange): Promise<Answer | null> {
  const path = request.query.get('path');
  if (path === null || path === '') return badRequest("Expecting 'path=value' in query.\n");
  const found = await findFile(view, path);
  if (found.kind !== 'found') return refusalOf(found);
  const opened = await openFound(found);
  if ('kind' in opened) return refusalOf(opened);
  await using handle = opened;
  const { size } = await handle.stat();
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${downloadName(found.real)}"`,
    'Content-Length': size,
  });
  // A log that grows meanwhile must not make the answer longer than announced.
  if (request.method === 'HEAD' || size === 0) response.end();
  else await pipeline(handle.createReadStream({ end: size - 1, autoClose: false }), response).catch(() => {});
  return null;
}

function refusalOf(found: Exclude<FoundFile, { kind: 'found' }>): Answer {
  return found.kind === 'missing' ? { status: 404 } : badRequest(`${found.why}.\n`);
}
