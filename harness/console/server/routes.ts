import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AgentDirectory, ClusterAccess } from '../../operations/index.ts';
import { messageOf } from '../../plumbing/thrown.ts';
import type { About } from '../answers.ts';
import type { History } from './history.ts';
import type { ProjectDesk } from './project.ts';
import { bodyOf, passOn } from './proxy.ts';
import { sendJson, sendProblem } from './reply.ts';
import { type ExecSessions, streamLive, streamLogs } from './streams.ts';

/** What the page's requests are answered from. */
export interface Backend {
  readonly title: string;
  readonly runtime: string | null;
  readonly access: ClusterAccess;
  readonly agents: AgentDirectory;
  readonly history: History;
  readonly sessions: ExecSessions;
  /** Null where the console is of a cluster without a project. */
  readonly project: ProjectDesk | null;
}

/** Answers `/api/…` for a browser that is signed in. */
export async function answerApi(
  backend: Backend,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { access, history } = backend;
  const [, , part = '', ...rest] = url.pathname.split('/');
  const path = rest.join('/');
  switch (part) {
    case 'about':
      return sendJson(response, 200, aboutOf(backend));
    case 'live':
      return streamLive(history, request, response);
    case 'metrics':
      return sendJson(response, 200, history.samples);
    case 'logs':
      return streamLogs(access, url, response);
    case 'exec': {
      const [id = '', input] = rest;
      return input === 'input'
        ? backend.sessions.input(id, request, response)
        : backend.sessions.start(id, request, response);
    }
    case 'system':
      return tell(backend.project?.system(), response);
    case 'runs':
      return tell(path === '' ? backend.project?.runs() : backend.project?.run(path), response);
    case 'decide': {
      const body = request.method === 'POST' ? await bodyOf(request) : null;
      return tell(backend.project?.decide(jsonOf(body)), response);
    }
    case 'marathon':
      return reach(access, access.marathon, path, url, request, response);
    case 'mesos':
      return reach(access, access.mesos, path, url, request, response);
    case 'edge':
      return reach(access, access.edge, path, url, request, response);
    case 'agents': {
      const [id = '', ...file] = rest;
      const agent = await backend.agents.urlOf(id);
      return reach(access, agent, file.join('/'), url, request, response);
    }
    default:
      return sendProblem(response, 404, `The console knows no ${url.pathname}.`);
  }
}

function aboutOf({ title, runtime, access, project }: Backend): About {
  return {
    title,
    hasProject: project !== null,
    runtime,
    marathon: access.marathon?.href ?? null,
    mesos: access.mesos?.href ?? null,
    edge: access.edge?.href ?? null,
  };
}

async function reach(
  access: ClusterAccess,
  server: URL | null,
  path: string,
  asked: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (server === null) return sendProblem(response, 404, 'This cluster has no such server.');
  const target = new URL(server);
  // Set, not resolved: `//elsewhere` stays a path, and cannot name another host that would be given the credentials.
  target.pathname = `/${path}`;
  target.search = asked.search;
  await passOn(access, target, request, response);
}

/** The ledger may be altered or out of reach: then its own words are the answer. */
async function tell(asked: Promise<unknown> | undefined, response: ServerResponse): Promise<void> {
  if (asked === undefined) return sendProblem(response, 404, 'This console was opened without a project.');
  try {
    const answer = await asked;
    if (answer === null)
      return sendProblem(response, 404, 'There is no such run, or nothing of the kind can be decided.');
    sendJson(response, 200, answer);
  } catch (error) {
    sendProblem(response, 500, messageOf(error));
  }
}

function jsonOf(body: Buffer | null): unknown {
  try {
    return JSON.parse(body?.toString('utf8') ?? '');
  } catch {
    return null;
  }
}
