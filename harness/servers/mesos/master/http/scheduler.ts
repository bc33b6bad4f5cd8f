import type { ServerResponse } from 'node:http';
import { type Answer, text } from '../../../http/index.ts';
import { EventStream } from '../../http/event-stream.ts';
import { parseCall } from '../../http/parse-call.ts';
import { acceptsMediaType, header, type Request } from '../../http/request.ts';
import { badRequest, methodNotAllowed } from '../../http/respond.ts';
import { readMessage } from '../../wire/read.ts';
import { type SchedulerCall, type Subscribe, schedulerCall } from '../../wire/scheduler-call.ts';
import type { MasterCore } from '../core.ts';
import { callProblem, receiveCall } from '../scheduler-calls.ts';

/** How long a subscriber may leave its stream unread: as many heartbeats as schedulers wait for. */
const missedHeartbeats = 5;

/**
 * `POST /api/v1/scheduler`. Returns the answer, or null when the response has become a stream of events. What is
 * examined first decides which of several faults is told.
 */
export function handleScheduler(
  core: MasterCore,
  request: Request,
  body: Buffer,
  response: ServerResponse,
): Answer | null {
  if (request.method !== 'POST') return methodNotAllowed(request, 'POST');
  const parsed = parseCall(request, body, 'Call', (json) => readMessage(schedulerCall, json));
  if ('refusal' in parsed) return parsed.refusal;
  const { call } = parsed;
  const problem = callProblem(call) ?? principalProblem(request, call);
  if (problem !== null) return badRequest(`Failed to validate scheduler::Call: ${problem}`);
  const subscribing = call.type === 'SUBSCRIBE' ? call.subscribe : undefined;
  const answersWithBody = subscribing !== undefined || call.type === 'RECONCILE_OPERATIONS';
  if (answersWithBody && !acceptsMediaType(request.incoming, 'application/json')) {
    return text(406, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'");
  }
  const streamId = header(request.incoming, 'mesos-stream-id');
  if (subscribing !== undefined) {
    if (streamId !== undefined) {
      return badRequest("Subscribe calls should not include the 'Mesos-Stream-Id' header");
    }
    openStream(core, withPrincipal(subscribing, request.principal), response);
    return null;
  }
  const reply = receiveCall(core.context, call, streamId);
  return reply.message === undefined ? { status: reply.status } : text(reply.status, reply.message);
}

function principalProblem({ principal }: Request, call: SchedulerCall): string | null {
  const named = call.subscribe?.framework_info.principal;
  if (principal === undefined || named === undefined || named === principal) return null;
  return `Authenticated principal '${principal}' does not match principal '${named}' set in \`FrameworkInfo\``;
}

function withPrincipal(call: Subscribe, principal: string | undefined): Subscribe {
  if (principal === undefined || call.framework_info.principal !== undefined) return call;
  return { ...call, framework_info: { ...call.framework_info, principal } };
}

function openStream(core: MasterCore, call: Subscribe, response: ServerResponse): void {
  const { clock, flags } = core.context;
  const options = {
    clock,
    maxBacklogBytes: flags.maxBacklogBytes,
    stallMs: missedHeartbeats * flags.heartbeatIntervalMs,
  };
  const subscription = core.subscribe(
    call,
    (streamId) => new EventStream(response, { 'Mesos-Stream-Id': streamId }, options),
  );
  response.on('close', () => subscription.disconnected());
}
