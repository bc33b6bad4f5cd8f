/** The operator's changes before the v1 API: forms and plain JSON, each at a path of its own. */

import type { Answer } from '../../../http/index.ts';
import type { Request } from '../../http/request.ts';
import { badRequest, json, methodNotAllowed } from '../../http/respond.ts';
import {
  agentResources,
  agentVolumes,
  machineId,
  quotaRequest,
  schedule,
  type WeightInfo,
  weightInfo,
} from '../../wire/operator-call.ts';
import { readMessage, WireError } from '../../wire/read.ts';
import { type MessageType, message, repeated } from '../../wire/schema.ts';
import type { MasterContext } from '../context.ts';
import type { ConversionType } from '../conversions.ts';
import { teardown } from '../operator/calls.ts';
import {
  maintenanceSchedule,
  startMaintenance,
  stopMaintenance,
  updateSchedule,
} from '../operator/maintenance.ts';
import type { Outcome } from '../operator/outcome.ts';
import { quotaStatus, removeQuota, setQuota } from '../operator/quota.ts';
import { convertResources } from '../operator/resources.ts';
import { listWeights, updateWeights } from '../operator/weights.ts';
import { outcomeAnswer } from './operator.ts';

export type Handler = (context: MasterContext, request: Request, body: Buffer) => Answer;

export const handleTeardown = onlyPost((context, _, body) => {
  const id = new URLSearchParams(body.toString('utf8')).get('frameworkId');
  if (id === null) return badRequest("Missing 'frameworkId' query parameter in the request body");
  return outcomeAnswer(teardown(context, id));
});

export const handleWeights: Handler = (context, request, body) => {
  if (request.method === 'GET') return json(request, listWeights(context));
  if (request.method !== 'PUT') return methodNotAllowed(request, 'GET', 'PUT');
  return parsed(body, 'update weights request', (value) => {
    if (!Array.isArray(value)) throw new WireError('Expecting a JSON array');
    const list = message<{ readonly infos?: readonly WeightInfo[] }>('Weights', {
      infos: repeated(weightInfo),
    });
    return updateWeights(context, readMessage(list, { infos: value }).infos ?? []);
  });
};

export const handleQuota: Handler = (context, request, body) => {
  if (request.method === 'GET') return json(request, quotaStatus(context));
  if (request.method === 'POST') {
    return parsed(body, 'set quota request', (value) => setQuota(context, readMessage(quotaRequest, value)));
  }
  if (request.method !== 'DELETE') return methodNotAllowed(request, 'GET', 'POST', 'DELETE');
  const [, role, more] = request.segments;
  if (role === undefined || more !== undefined)
    return badRequest(`Failed to parse remove quota request for path '${request.path}'`);
  return outcomeAnswer(removeQuota(context, role));
};

export const handleSchedule: Handler = (context, request, body) => {
  if (request.method === 'GET') return json(request, maintenanceSchedule(context));
  if (request.method !== 'POST') return methodNotAllowed(request, 'GET', 'POST');
  return parsed(body, 'schedule', (value) => updateSchedule(context, readMessage(schedule, value)));
};

export const handleMachinesDown = machineHandler(startMaintenance);
export const handleMachinesUp = machineHandler(stopMaintenance);

function machineHandler(apply: typeof startMaintenance): Handler {
  return onlyPost((context, _, body) =>
    parsed(body, 'machines', (value) => {
      if (!Array.isArray(value)) throw new WireError('Expecting a JSON array');
      return apply(
        context,
        value.map((entry) => readMessage(machineId, entry)),
      );
    }),
  );
}

export const handleReserve = resourceHandler('RESERVE', 'resources');
export const handleUnreserve = resourceHandler('UNRESERVE', 'resources');
export const handleCreateVolumes = resourceHandler('CREATE', 'volumes');
export const handleDestroyVolumes = resourceHandler('DESTROY', 'volumes');

/** A form with `slaveId` and a JSON list of resources. */
function resourceHandler(type: ConversionType, member: 'resources' | 'volumes'): Handler {
  return onlyPost((context, _, body) => {
    const form = new URLSearchParams(body.toString('utf8'));
    const [agentId, list] = [form.get('slaveId'), form.get(member)];
    if (agentId === null) return badRequest("Missing 'slaveId' query parameter in the request body");
    if (list === null) return badRequest(`Missing '${member}' query parameter in the request body`);
    return parsed(Buffer.from(list), member, (value) => {
      const read = <T>(shape: MessageType<T>): T =>
        readMessage(shape, { agent_id: { value: agentId }, [member]: value });
      const found = member === 'resources' ? read(agentResources).resources : read(agentVolumes).volumes;
      return convertResources(context, type, agentId, found ?? []);
    });
  });
}

function onlyPost(handle: Handler): Handler {
  return (context, request, body) =>
    request.method === 'POST' ? handle(context, request, body) : methodNotAllowed(request, 'POST');
}

function parsed(body: Buffer, what: string, apply: (json: unknown) => Outcome): Answer {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    return badRequest(`Failed to parse ${what} JSON: ${(error as Error).message}`);
  }
  try {
    return outcomeAnswer(apply(value));
  } catch (error) {
    if (error instanceof WireError) return badRequest(`Failed to convert ${what}: ${error.message}`);
    throw error;
  }
}
