import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AgentDirectory,
  type ClusterAccess,
  type ExecSession,
  exec,
  readLogs,
} from '../../operations/index.ts';
import { messageOf } from '../../plumbing/thrown.ts';
import type { History } from './history.ts';
import { bodyOf } from './proxy.ts';
import { sendJson, sendProblem } from './reply.ts';
import { EventStream } from './sse.ts';

/** `GET /api/live`: what happened since the id the browser saw last, then what happens. */
export function streamLive(history: History, request: IncomingMessage, response: ServerResponse): void {
  const stream = new EventStream(response);
  const lastId = Number(request.headers['last-event-id'] ?? 0) || 0;
  for (const state of history.sources) stream.send('source', state);
  stream.send('past', history.eventsAfter(lastId));
  const leave = history.watch({
    event: (event) => stream.send('event', event, event.id),
    source: (state) => stream.send('source', state),
  });
  stream.signal.addEventListener('abort', leave);
}

/** `GET /api/logs?app=…&since=…&follow`: batches of lines. */
export async function streamLogs(access: ClusterAccess, url: URL, response: ServerResponse): Promise<void> {
  const stream = new EventStream(response);
  const { searchParams } = url;
  const batches = readLogs(access, {
    appIds: searchParams.getAll('app'),
    follow: searchParams.get('follow') !== 'false',
    sinceMs: Number(searchParams.get('since') ?? 0) || 0,
    signal: stream.signal,
  });
  try {
    for await (const batch of batches) stream.send('lines', batch);
    stream.send('end', {});
  } catch (error) {
    if (!stream.signal.aborted) stream.send('problem', { message: messageOf(error) });
  }
  stream.end();
}

interface ExecBody {
  readonly agentId: string;
  readonly frameworkId: string;
  readonly executorId: string;
  readonly argv: readonly string[];
}

/** Commands that run in tasks for the page, by an id of its choice. */
export class ExecSessions {
  readonly #access: ClusterAccess;
  readonly #agents: AgentDirectory;
  readonly #running = new Map<string, ExecSession>();

  constructor(access: ClusterAccess, agents: AgentDirectory) {
    this.#access = access;
    this.#agents = agents;
  }

  /** `POST /api/exec/{id}`: answers with a stream of output; the command ends with the connection. */
  async start(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = execBody(await bodyOf(request));
    if (body === null) return sendProblem(response, 400, 'Send agentId, frameworkId, executorId and argv.');
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    let session: ExecSession;
    try {
      const { agentId, frameworkId, executorId, argv } = body;
      const sandbox = { agentId, frameworkId, executorId };
      session = await exec(this.#access, this.#agents, { sandbox, argv, signal: gone.signal });
    } catch (error) {
      return sendProblem(response, 409, messageOf(error));
    }
    this.#running.set(id, session);
    const stream = new EventStream(response);
    try {
      for await (const { stream: name, data } of session.output) {
        stream.send('output', { stream: name, data: data.toString('base64') });
      }
      stream.send('end', { exitCode: await session.exitCode });
    } catch (error) {
      stream.send('problem', { message: messageOf(error) });
    } finally {
      this.#running.delete(id);
      stream.end();
    }
  }

  /** `POST /api/exec/{id}/input`: the body goes to the command's standard input. */
  async input(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = this.#running.get(id);
    const data = await bodyOf(request);
    if (session === undefined || data === null) return sendProblem(response, 404, 'This command has ended.');
    await session.write(data);
    sendJson(response, 200, {});
  }
}

function execBody(bytes: Buffer | null): ExecBody | null {
  try {
    const body = JSON.parse(bytes?.toString('utf8') ?? '') as Partial<Record<keyof ExecBody, unknown>>;
    const { agentId, frameworkId, executorId, argv } = body;
    const names = [agentId, frameworkId, executorId].every((name) => typeof name === 'string' && name !== '');
    const isCommand =
      Array.isArray(argv) && argv.length > 0 && argv.every((word) => typeof word === 'string');
    return names && isCommand ? (body as ExecBody) : null;
  } catch {
    return null;
  }
}
