import type { ServerResponse } from 'node:http';
import { type Answer, text } from '../../../http/index.ts';
import { EventStream } from '../../http/event-stream.ts';
import { parseCall } from '../../http/parse-call.ts';
import { acceptsMediaType, type Request } from '../../http/request.ts';
import { badRequest, methodNotAllowed } from '../../http/respond.ts';
import { operatorCall } from '../../wire/operator-call.ts';
import { readMessage } from '../../wire/read.ts';
import type { MasterContext } from '../context.ts';
import { operatorCallProblem, receiveOperatorCall } from '../operator/calls.ts';
import { watch } from '../operator/event-stream.ts';
import type { Outcome } from '../operator/outcome.ts';

/** `POST /api/v1`. Null: the response has become a stream of events. */
export function handleOperator(
  context: MasterContext,
  request: Request,
  body: Buffer,
  response: ServerResponse,
): Answer | null {
  if (request.method !== 'POST') return methodNotAllowed(request, 'POST');
  const parsed = parseCall(request, body, 'Call', (json) => readMessage(operatorCall, json));
  if ('refusal' in parsed) return parsed.refusal;
  const { call } = parsed;
  const problem = operatorCallProblem(call);
  if (problem !== null) return badRequest(`Failed to validate master::Call: ${problem}`);
  if (!acceptsMediaType(request.incoming, 'application/json')) {
    return text(406, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'");
  }
  if (call.type === 'SUBSCRIBE') {
    openStream(context, response);
    return null;
  }
  const answer = receiveOperatorCall(context, call);
  if (!('reply' in answer)) return outcomeAnswer(answer);
  const name = (call.type ?? '').toLowerCase();
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ type: call.type, [name]: answer.reply }),
  };
}

export function outcomeAnswer({ status, message }: Outcome): Answer {
  return message === undefined ? { status } : text(status, message);
}

function openStream(context: MasterContext, response: ServerResponse): void {
  const { clock, flags } = context;
  const stallMs = 5 * flags.heartbeatIntervalMs;
  const stream = new EventStream(response, {}, { clock, maxBacklogBytes: flags.maxBacklogBytes, stallMs });
  const leave = watch(context, stream);
  response.on('close', leave);
}
