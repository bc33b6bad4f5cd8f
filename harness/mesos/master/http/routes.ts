import type { ServerResponse } from 'node:http';
import type { MasterCore } from '../core.ts';
import { renderState } from '../operator/state.ts';
import type { Request } from './request.ts';
import { type Answer, json, methodNotAllowed } from './respond.ts';
import { handleScheduler } from './scheduler.ts';

/** Finds who answers. Null: the response is a stream and answers itself. */
export async function route(
  core: MasterCore,
  request: Request,
  body: Buffer,
  response: ServerResponse,
): Promise<Answer | null> {
  if (request.path === '/api/v1/scheduler') return handleScheduler(core, request, body, response);
  const render = views.get(request.path);
  if (render === undefined) return { status: 404 };
  if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed(request, 'GET');
  return json(request, render(core, request));
}

const views = new Map<string, (core: MasterCore, request: Request) => unknown>([
  ['/state', ({ context }) => renderState(context)],
  ['/state.json', ({ context }) => renderState(context)],
]);
