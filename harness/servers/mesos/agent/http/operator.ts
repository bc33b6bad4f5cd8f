import { type Answer, readBody, text } from '../../../http/index.ts';
import { checkRange } from '../../http/file-range.ts';
import { parseCall } from '../../http/parse-call.ts';
import { acceptsMediaType, header } from '../../http/request.ts';
import { badRequest, json } from '../../http/respond.ts';
import { version } from '../../master/operator/state.ts';
import { readMessage } from '../../wire/read.ts';
import { rawStatusOf } from '../custom-executor.ts';
import { type AgentCall, agentCall, type NestedContainerId } from './agent-call.ts';
import type { Exchange } from './exchange.ts';
import { browse, findFile, openFound, readPart } from './files.ts';
import { renderMetrics } from './metrics.ts';
import { agentInfo, containers, executors, frameworks, tasks } from './operator-views.ts';
import { attachInput, streamSession } from './session-streams.ts';
import { type AgentView, flagsOf } from './view.ts';

const mostBodyBytes = 16 * 2 ** 20;

/** `POST /api/v1` of an agent. Null: the response is a stream and answers itself. */
export async function handleOperatorCall(exchange: Exchange): Promise<Answer | null> {
  const { request, incoming } = exchange;
  if (header(incoming, 'content-type') === 'application/recordio') return attachInput(exchange);
  const body = await readBody(incoming, mostBodyBytes);
  if (body.kind !== 'whole') {
    return text(413, `The body is over the limit of ${mostBodyBytes} bytes`, { Connection: 'close' });
  }
  const parsed = parseCall(request, body.bytes, 'v1::agent::Call', (value) => readMessage(agentCall, value));
  if ('refusal' in parsed) return parsed.refusal;
  const { call } = parsed;
  if (call.type === undefined)
    return badRequest("Failed to validate agent::Call: Expecting 'type' to be present");
  if (call.type === 'UNKNOWN') return { status: 501 };
  if (missesBody(call)) {
    const field = call.type.toLowerCase();
    return badRequest(`Failed to validate agent::Call: Expecting '${field}' to be present`);
  }
  const streams = call.type === 'LAUNCH_NESTED_CONTAINER_SESSION';
  const answered = streams ? 'application/recordio' : 'application/json';
  if (!acceptsMediaType(incoming, answered)) return text(406, `Expecting 'Accept' to allow '${answered}'`);
  return answerCall(exchange, call);
}

function missesBody(call: AgentCall): boolean {
  switch (call.type) {
    case 'LIST_FILES':
      return call.list_files === undefined;
    case 'READ_FILE':
      return call.read_file === undefined;
    case 'LAUNCH_NESTED_CONTAINER':
      return call.launch_nested_container === undefined;
    case 'LAUNCH_NESTED_CONTAINER_SESSION':
      return call.launch_nested_container_session === undefined;
    case 'WAIT_NESTED_CONTAINER':
      return call.wait_nested_container === undefined;
    case 'KILL_NESTED_CONTAINER':
      return call.kill_nested_container === undefined;
    case 'REMOVE_NESTED_CONTAINER':
      return call.remove_nested_container === undefined;
    default:
      return false;
  }
}

async function answerCall(exchange: Exchange, call: AgentCall): Promise<Answer | null> {
  const { request, view } = exchange;
  const say = (content?: Record<string, unknown>): Answer =>
    json(request, {
      type: call.type,
      ...(content === undefined ? {} : { [call.type?.toLowerCase() ?? '']: content }),
    });
  switch (call.type) {
    case 'GET_HEALTH':
      return say({ healthy: true });
    case 'GET_VERSION':
      return say({ version_info: version });
    case 'GET_FLAGS':
      return say({ flags: Object.entries(await flagsOf(view)).map(([name, value]) => ({ name, value })) });
    case 'GET_METRICS':
      return say({
        metrics: Object.entries(renderMetrics(view)).map(([name, value]) => ({ name, value })),
      });
    case 'GET_LOGGING_LEVEL':
      return say({ level: 0 });
    case 'SET_LOGGING_LEVEL':
      return { status: 202 };
    case 'GET_AGENT':
      return say({ agent_info: agentInfo(view) });
    case 'GET_CONTAINERS':
      return say({ containers: await containers(view) });
    case 'GET_FRAMEWORKS':
      return say(frameworks(view));
    case 'GET_EXECUTORS':
      return say(executors(view));
    case 'GET_TASKS':
      return say(tasks(view));
    case 'GET_STATE':
      return say({
        get_tasks: tasks(view),
        get_executors: executors(view),
        get_frameworks: frameworks(view),
      });
    case 'GET_OPERATIONS':
    case 'GET_RESOURCE_PROVIDERS':
      return say({});
    case 'LIST_FILES':
      return listFiles(view, call.list_files?.path ?? '', say);
    case 'READ_FILE':
      return readFile(view, call.read_file ?? { path: '', offset: 0 }, say);
    default:
      return answerNested(exchange, call, say);
  }
}

type Say = (content?: Record<string, unknown>) => Answer;

async function listFiles(view: AgentView, path: string, say: Say): Promise<Answer> {
  const found = await findFile(view, path);
  if (found.kind === 'refused') return badRequest(found.why);
  if (found.kind === 'missing') return { status: 404 };
  const entries = await browse(found.real, path);
  return say({
    file_infos: entries.map(({ mtime, ...rest }) => ({ ...rest, mtime: { nanoseconds: mtime * 1e9 } })),
  });
}

async function readFile(
  view: AgentView,
  { path, offset, length }: NonNullable<AgentCall['read_file']>,
  say: Say,
): Promise<Answer> {
  const range = checkRange(offset, length);
  if ('problem' in range) return badRequest(range.problem);
  const found = await findFile(view, path);
  const opened = found.kind === 'found' ? await openFound(found) : found;
  if ('kind' in opened) return opened.kind === 'missing' ? { status: 404 } : badRequest(opened.why);
  await using handle = opened;
  const { data, size } = await readPart(handle, range);
  return say({ data: data.toString('base64'), size });
}

/** Commands that a person or a tool runs beside a task, in its container. */
async function answerNested(exchange: Exchange, call: AgentCall, say: Say): Promise<Answer | null> {
  const { sessions } = exchange.view;
  if (call.launch_nested_container_session !== undefined) {
    return streamSession(exchange, call.launch_nested_container_session);
  }
  if (call.launch_nested_container !== undefined) {
    const session = await sessions.launch(call.launch_nested_container, 'sandbox');
    return session === undefined
      ? noContainer(call.launch_nested_container.container_id.parent)
      : { status: 200 };
  }
  const id =
    call.wait_nested_container?.container_id ??
    call.kill_nested_container?.container_id ??
    call.remove_nested_container?.container_id;
  const session = id === undefined ? undefined : sessions.find(id);
  if (id === undefined || session === undefined) return noContainer(id);
  if (call.wait_nested_container !== undefined) {
    return say({ exit_status: rawStatusOf(await session.process.exited) });
  }
  if (call.kill_nested_container !== undefined) session.process.kill();
  else if (session.exit === null) return text(500, `Nested container has not terminated yet`);
  else sessions.forget(id);
  return { status: 200 };
}

function noContainer(id: NestedContainerId | undefined): Answer {
  return text(404, `Container '${id?.value ?? ''}' cannot be found`);
}
