import type { ServerResponse } from 'node:http';
import { type Answer, readBody, text } from '../../../http/index.ts';
import { EventStream } from '../../http/event-stream.ts';
import { parseCall } from '../../http/parse-call.ts';
import { acceptsMediaType } from '../../http/request.ts';
import { badRequest, methodNotAllowed } from '../../http/respond.ts';
import { isTerminal } from '../../task-states.ts';
import { readMessage } from '../../wire/read.ts';
import type { ExecutorRecord } from '../books.ts';
import { CustomExecutor, containerStatusOf } from '../custom-executor.ts';
import type { Exchange } from './exchange.ts';
import { type ExecutorCall, executorCall } from './executor-call.ts';
import { agentInfo } from './operator-views.ts';
import type { AgentView } from './view.ts';

const mostBodyBytes = 16 * 2 ** 20;
const streamLimits = { maxBacklogBytes: 16 * 2 ** 20, stallMs: 75_000 };

/** `POST /api/v1/executor`: the door of executors that frameworks bring. Null: the response is a stream of events. */
export async function handleExecutorCall(exchange: Exchange): Promise<Answer | null> {
  const { request, incoming, response, view } = exchange;
  if (request.method !== 'POST') return methodNotAllowed(request, 'POST');
  const body = await readBody(incoming, mostBodyBytes);
  if (body.kind !== 'whole') {
    return text(413, `The body is over the limit of ${mostBodyBytes} bytes`, { Connection: 'close' });
  }
  const parsed = parseCall(request, body.bytes, 'Call', (value) => readMessage(executorCall, value));
  if ('refusal' in parsed) return parsed.refusal;
  const { call } = parsed;
  const problem = problemOf(call);
  if (problem !== undefined) return badRequest(`Failed to validate Executor::Call: ${problem}`);
  const executor = view.core.frameworks.live
    .get(call.framework_id.value)
    ?.executors.get(call.executor_id.value);
  if (executor === undefined) return badRequest('Executor cannot be found');
  const { run } = executor;
  if (!(run instanceof CustomExecutor)) return badRequest('Executor is not one that its framework brought');
  switch (call.type) {
    case 'SUBSCRIBE':
      if (!acceptsMediaType(incoming, 'application/json')) {
        return text(406, "Expecting 'Accept' to allow 'application/json'");
      }
      subscribe(view, executor, run, response);
      return null;
    case 'UPDATE':
      update(view, executor, run, call);
      return { status: 202 };
    case 'MESSAGE':
      view.core.forwardMessage(executor, call.message?.data ?? '');
      return { status: 202 };
    case 'HEARTBEAT':
      return { status: 202 };
    default:
      return { status: 501 };
  }
}

function problemOf(call: ExecutorCall): string | undefined {
  if (call.type === undefined) return "Expecting 'type' to be present";
  if (call.type === 'SUBSCRIBE' && call.subscribe === undefined) return "Expecting 'subscribe' to be present";
  if (call.type === 'MESSAGE' && call.message === undefined) return "Expecting 'message' to be present";
  if (call.type !== 'UPDATE') return undefined;
  if (call.update === undefined) return "Expecting 'update' to be present";
  const { uuid, state } = call.update.status;
  if (uuid === undefined) return "Expecting 'uuid' to be present";
  if (Buffer.from(uuid, 'base64').length !== 16) return `Not a valid UUID`;
  if (state === 'TASK_STAGING') return 'TASK_STAGING is not for executors to send';
  return undefined;
}

function subscribe(
  view: AgentView,
  executor: ExecutorRecord,
  run: CustomExecutor,
  response: ServerResponse,
): void {
  const stream = new EventStream(response, {}, { clock: view.clock, ...streamLimits });
  run.subscribe(stream, {
    executor_info: executor.info,
    framework_info: executor.framework.info,
    agent_info: agentInfo(view),
    container_id: { value: executor.containerId },
  });
}

/** The executor's update is on record from here on, which is what its acknowledgement says. */
function update(view: AgentView, executor: ExecutorRecord, run: CustomExecutor, call: ExecutorCall): void {
  const status = call.update?.status;
  const record = status === undefined ? undefined : executor.tasks.get(status.task_id.value);
  if (status === undefined) return;
  const repeated = record?.statuses.some(({ uuid }) => uuid === status.uuid) === true;
  if (record !== undefined && !repeated && !isTerminal(record.state)) {
    view.core.report(executor, record, {
      container_status: containerStatusOf(executor),
      ...status,
      source: 'SOURCE_EXECUTOR',
    });
  }
  run.acknowledge(status);
}
